"""Past generations of the account come into the library, while the window goes on."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kling_desktop.ui.tasks import Tasks
from kling_desktop.ui.theme import Theme, Tone
from kling_desktop.ui.widgets import Message
from kling_desktop.ui.window import Window

if TYPE_CHECKING:
    from kling_desktop.session import Session
    from kling_desktop.ui.library.account_dialog import AccountDialog
    from kling_desktop.work.importing import Imported


class AccountImporting:
    """One import at a time, of one session. Arguments as AtLeonardo's. close() before the session is."""

    def __init__(
        self, theme: Theme, window: Window, tasks: Tasks, posters: Path, clips_folder: Callable[[], Path]
    ) -> None:
        self._theme = theme
        self._window = window
        self._tasks = tasks
        self._posters = posters
        self._clips_folder = clips_folder
        self._session: Session | None = None
        self._task: asyncio.Task[None] | None = None
        self._dialog: AccountDialog | None = None
        window.library.import_asked.connect(self.ask)

    def follow(self, session: "Session") -> None:
        self._session = session

    async def close(self) -> None:
        """Leave that account, with nothing under way any more."""
        self._session = None
        if self._dialog:
            self._dialog.reject()
        if self._task:
            self._task.cancel()
            await asyncio.wait({self._task})

    def ask(self) -> None:
        """Open the dialog; an import that is under way goes on in it."""
        if self._dialog is not None or self._session is None:
            return
        from kling_desktop.ui.library.account_dialog import AccountDialog  # for the first import to pay

        dialog = self._dialog = AccountDialog(self._theme, self._window)
        dialog.begun.connect(self._begin)
        dialog.stopped.connect(self._stop)
        dialog.finished.connect(self._forget)
        if self._task and not self._task.done():
            dialog.show_running("It goes on.")
        dialog.open()

    def _begin(self, everything: bool) -> None:
        if self._session and not (self._task and not self._task.done()):
            self._task = self._tasks.begin(self._bring(self._session, everything), "import")

    async def _bring(self, session: "Session", everything: bool) -> None:
        from kling_desktop.work.fetching import Fetching
        from kling_desktop.work.importing import Importing
        from kling_desktop.work.landing import Landing

        try:
            async with Fetching.of(session.client, Landing(self._posters)) as fetching:
                importing = Importing(
                    session.client,
                    fetching,
                    account=session.library.account,
                    folder=str(self._clips_folder()),
                    claimed=session.library.claimed,
                    keep=session.library.bring,
                    in_doubt=session.queue.could_be_ours,
                    everything=everything,
                )
                importing.told.connect(self._show)
                self._end(await importing.run())
        except asyncio.CancelledError:
            if self._dialog:
                self._dialog.show_end("Stopped. What came is here; the rest can come later.", whole=False)
            raise

    def _stop(self) -> None:
        if self._task:
            self._task.cancel()

    def _show(self, so_far: "Imported") -> None:
        if self._dialog:
            self._dialog.show_running(_told(so_far))

    def _end(self, end: "Imported") -> None:
        sentence = " ".join(part for part in (_told(end), end.trouble) if part)
        if self._dialog:
            self._dialog.show_end(sentence, whole=end.whole)
        else:
            tone = Tone.OK if end.whole else Tone.ODD
            self._window.messages.tell(Message(f"Import: {sentence}", tone, seconds=12.0))

    def _forget(self) -> None:
        if self._dialog:
            self._dialog.deleteLater()
            self._dialog = None


def _told(so_far: "Imported") -> str:
    parts = [f"{so_far.brought:,} brought"]
    for count, words in (
        (so_far.known, "here already"),
        (so_far.passed, "passed over"),
        (so_far.failed, "could not be fetched"),
    ):
        if count:
            parts.append(f"{count:,} {words}")
    return f"{so_far.seen:,} read: {', '.join(parts)}."
