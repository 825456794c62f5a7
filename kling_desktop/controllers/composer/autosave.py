"""Keep the form on disk as it is filled in, and bring it back."""

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from kling_desktop.domain.request.draft import Draft
from kling_desktop.services.composer.composer import Composer
from kling_desktop.store.composer.drafts import DraftFile
from kling_desktop.ui.composer.panel import ComposerPanel
from kling_desktop.ui.qt.tasks import Tasks

_AFTER_MS = 500


class DraftAutosave:
    """Saves half a second after a change, of the cursor too. complain(sentence) tells what stands in the way."""

    def __init__(
        self,
        composer: Composer,
        panel: ComposerPanel,
        file: DraftFile,
        tasks: Tasks,
        complain: Callable[[str], None],
        owner: QObject,
    ) -> None:
        self._composer = composer
        self._file = file
        self._complain = complain
        self._one_at_a_time = asyncio.Lock()
        self._soon = QTimer(owner, singleShot=True, interval=_AFTER_MS)
        self._soon.timeout.connect(lambda: tasks.spawn(self.save(), "save the draft"))
        composer.changed.connect(self._save_soon)
        self._panel = panel
        panel.cursor_moved.connect(self._save_soon)

    async def restore(self) -> None:
        left = await asyncio.to_thread(self._file.load)
        if left and self._composer.draft == Draft():  # what was typed meanwhile is newer
            self._composer.restore(*left)
            self._panel.cursor_position = self._file.cursor
        if self._file.trouble:
            self._complain(self._file.trouble)

    async def save(self) -> bool:
        """At once; whether it is on disk now."""
        self._soon.stop()
        async with self._one_at_a_time:
            try:
                await asyncio.to_thread(
                    self._file.save, self._composer.draft, self._composer.history, self._panel.cursor_position
                )
            except OSError as error:
                why = error.strerror or error
                self._complain(f"The form can't be saved: {why}. What you typed is kept in the window.")
                return False
        return True

    def _save_soon(self, _form: object = None) -> None:
        if not self._soon.isActive():  # typing without a pause is saved all the same
            self._soon.start()
