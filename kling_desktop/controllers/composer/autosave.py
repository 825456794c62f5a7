"""Saves the form and its recent images while it is filled in, and restores them."""

import asyncio

from PySide6.QtCore import QTimer

from kling_desktop.controllers.context import AppContext
from kling_desktop.domain.errors import os_error_reason
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.text import list_and, plural
from kling_desktop.services.composer.composer import Composer
from kling_desktop.store.composer.drafts import DraftFile
from kling_desktop.store.composer.recent_media import RecentMediaFile

_AFTER_MS = 500


class DraftAutosave:
    """Saves half a second after a change. Moving the cursor counts as one."""

    def __init__(self, context: AppContext, composer: Composer) -> None:
        self._context = context
        self._composer = composer
        self._panel = context.window.composer
        self._file = DraftFile(context.folders.drafts / "draft.json")
        self._named = set[str]()
        self._lock = asyncio.Lock()
        self._timer = QTimer(context.window, singleShot=True)
        self._timer.setInterval(_AFTER_MS)
        self._timer.timeout.connect(lambda: context.tasks.spawn(self.save(), "save the draft"))
        composer.changed.connect(self._save_soon)
        self._panel.prompt.edit.cursorPositionChanged.connect(self._save_soon)

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
                unwritable = await asyncio.to_thread(
                    self._file.save, self._composer.draft, self._composer.history, self._panel.cursor_position
                )
            except OSError as error:
                reason = os_error_reason(error)
                self._context.show_error(f"The form can't be saved: {reason}. What you typed is still in the window.")
                return False
        self._name_unwritable(unwritable)
        return True

    def _name_unwritable(self, names: tuple[str, ...]) -> None:
        new = [f"“{name}”" for name in names if name not in self._named]
        self._named.update(names)
        if new:
            one = "The value of {names} isn't saved with the form: no file can hold it. Remove it"
            other = "The values of {names} aren't saved with the form: no file can hold them. Remove them"
            self._context.show_error(plural(len(new), one=one, other=other, names=list_and(new)))

    def _save_soon(self, _form: object = None) -> None:
        if not self._timer.isActive():  # someone who types without a pause is saved all the same
            self._timer.start()


class RecentMediaAutosave:
    """Saves each image that was put into the form, and restores them all at the next start."""

    def __init__(self, context: AppContext) -> None:
        self._recents = context.window.composer.recents
        self._file = RecentMediaFile(context.folders.recent_media)
        self._lock = asyncio.Lock()
        self._recents.added.connect(
            lambda: context.tasks.spawn(self._save(), "save the recent images", to_the_end=True)
        )

    async def restore(self) -> None:
        self._recents.restore(await asyncio.to_thread(self._file.load))

    async def _save(self) -> None:
        async with self._lock:
            await asyncio.to_thread(self._file.save, self._recents.all)
