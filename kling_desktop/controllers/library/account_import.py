"""Imports past generations of the account into the library."""

import asyncio
from functools import partial

from kling_desktop.controllers.context import AppContext
from kling_desktop.controllers.dialog_slot import DialogSlot
from kling_desktop.services.library.account_import import ImportProgress
from kling_desktop.session import Session
from kling_desktop.store.library.pending_import import PendingAccountImport, PendingImportFile
from kling_desktop.store.threads import WorkerThreads
from kling_desktop.ui.export.task_progress import FileTask
from kling_desktop.ui.library.account_import_dialog import AccountImportDialog
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message

_STOPPED = "Import stopped. Clips imported so far are in the library; you can import the rest later."


class AccountImportController:
    """One import at a time. An import that closing the app interrupted continues at the next start."""

    def __init__(self, context: AppContext, session: Session) -> None:
        self._context = context
        self._session = session
        self._pending = PendingImportFile(context.folders.pending_import)
        self._is_stopped = False
        self._task: asyncio.Task[None] | None = None
        self._slot = DialogSlot[AccountImportDialog](context.connections)
        context.connections.on(context.window.library.import_requested, self.open)
        context.tasks.spawn(self._resume(), "resume an import")

    def open(self) -> None:
        """Open the dialog. An import that is running goes on in it."""
        if self._slot.is_open:
            return
        dialog = AccountImportDialog(self._context.theme, self._context.window)
        dialog.start_requested.connect(self._start)
        dialog.stopped.connect(self._stop)
        if self._is_running:
            dialog.show_running("The import is running.")
        self._slot.open(dialog)

    @property
    def _is_running(self) -> bool:
        return self._task is not None and not self._task.done()

    async def _resume(self) -> None:
        pending = await asyncio.to_thread(self._pending.load)
        if pending and (pending.service, pending.profile) == self._session.library.account:
            sentence = "The import from your account continues where it stopped. It costs nothing."
            self._context.messages.post(Message(sentence, Tone.ACCENT, "Stop", self._stop, seconds=12.0))
            self._start(pending.all_sizes)

    def _start(self, everything: bool) -> None:
        if not self._is_running:
            self._is_stopped = False
            self._task = self._context.tasks.begin(self._run(everything), "import")
            if self._task:
                self._task.add_done_callback(self._on_done)

    async def _run(self, everything: bool) -> None:
        session = self._session
        folder = self._context.settings.session_folder(sandbox=session.service.is_sandbox)
        account_import = session.remote_clips.new_import(
            folder, may_be_ours=session.queue.unknown.may_be_ours, all_sizes=everything
        )
        # No card stands for what is still to come: there may be thousands, all older than what is in sight.
        works = self._context.window.status.tasks
        shown = works.start("Importing from your account", done=None, stop=self._stop)
        disk = WorkerThreads("pending import")
        try:
            pending = PendingAccountImport(*session.library.account, everything)
            await disk.run_uncancellable(self._pending.save, pending)
            account_import.progress_changed.connect(partial(self._show_progress, shown))
            end = await account_import.run()
            await disk.run_uncancellable(self._pending.clear)
            self._show_end(end)
        except asyncio.CancelledError:
            if self._is_stopped:
                await disk.run_uncancellable(self._pending.clear)
                await account_import.discard_parts()
            raise
        finally:
            works.finish(shown)
            await disk.close()

    def _stop(self) -> None:
        if self._task:
            self._is_stopped = True
            self._task.cancel()

    def _on_done(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            return
        if dialog := self._slot.dialog:
            dialog.show_end(_STOPPED, whole=False)
        elif self._is_stopped:
            self._context.messages.show_now(Message(_STOPPED, Tone.IDLE))

    def _show_progress(self, shown: FileTask, progress: ImportProgress) -> None:
        shown.set_label(f"Importing from your account · {progress.imported:,} imported")
        if dialog := self._slot.dialog:
            dialog.show_running(_describe(progress))

    def _show_end(self, end: ImportProgress) -> None:
        sentence = " ".join(part for part in (_describe(end), end.problem) if part)
        if dialog := self._slot.dialog:
            dialog.show_end(sentence, whole=end.is_complete)
        else:
            tone = Tone.OK if end.is_complete else Tone.ODD
            self._context.messages.post(Message(f"Import: {sentence}", tone, seconds=12.0))


def _describe(progress: ImportProgress) -> str:
    parts = [f"{progress.imported:,} imported"]
    if progress.known:
        parts.append(f"{progress.known:,} already in the library")
    if progress.failed:
        parts.append(f"{progress.failed:,} couldn't be downloaded")
    if progress.skipped:
        parts.append(f"{progress.skipped:,} skipped (images, unfinished videos or other sizes)")
    return f"{progress.listed:,} checked: {', '.join(parts)}."
