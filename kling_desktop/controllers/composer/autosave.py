"""Saves the form while it is filled in, and restores it."""

import asyncio

from PySide6.QtCore import QTimer

from kling_desktop.controllers.context import AppContext
from kling_desktop.domain.errors import os_error_reason
from kling_desktop.domain.request.draft import Draft
from kling_desktop.services.composer.composer import Composer
from kling_desktop.store.composer.drafts import DraftFile

_AFTER_MS = 500


class DraftAutosave:
    """Saves half a second after a change. Moving the cursor counts as one."""

    def __init__(self, context: AppContext, composer: Composer) -> None:
        self._context = context
        self._composer = composer
        self._panel = context.window.composer
        self._file = DraftFile(context.folders.drafts / "draft.json")
        self._lock = asyncio.Lock()
        self._timer = QTimer(context.window, singleShot=True, interval=_AFTER_MS)
        self._timer.timeout.connect(lambda: context.tasks.spawn(self.save(), "save the draft"))
        composer.changed.connect(self._save_soon)
        self._panel.cursor_moved.connect(self._save_soon)

    async def restore(self) -> None:
        """Bring back the form as it was left."""
        saved = await asyncio.to_thread(self._file.load)
        if saved and self._composer.draft == Draft():  # what was typed in the meantime is newer
            self._composer.restore(*saved)
            self._panel.cursor_position = self._file.cursor
        if self._file.problem:
            self._context.show_error(self._file.problem)

    async def save(self) -> bool:
        """Save at once. Returns whether the form is on disk now."""
        self._timer.stop()
        async with self._lock:
            try:
                await asyncio.to_thread(
                    self._file.save, self._composer.draft, self._composer.history, self._panel.cursor_position
                )
            except OSError as error:
                reason = os_error_reason(error)
                self._context.show_error(f"The form can't be saved: {reason}. What you typed is kept in the window.")
                return False
        return True

    def _save_soon(self, _form: object = None) -> None:
        if not self._timer.isActive():  # someone who types without a pause is saved all the same
            self._timer.start()
