"""Long work on files: asks where to put them, shows the progress in the status bar, and says what came of it."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtWidgets import QFileDialog

from kling_desktop.atomic_file import part_file
from kling_desktop.controllers.context import AppContext
from kling_desktop.domain.errors import UserError, os_error_reason
from kling_desktop.media.errors import OperationCancelled
from kling_desktop.media.export.progress import TaskProgress
from kling_desktop.store.files.partial_files import PartialFiles
from kling_desktop.store.files.unique_names import move_to_unique_name
from kling_desktop.ui.export.file_manager import show_in_folder
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message

T = TypeVar("T")
Then = Callable[[Path], Coroutine[Any, Any, None]]
_SECONDS = 12.0


class FileTasks:
    """One task after the other, on a thread of its own. The folder of each is written down, in case the app is killed.

    folder: the one that was chosen last.
    """

    def __init__(self, context: AppContext) -> None:
        self._window = context.window
        self._tasks = context.tasks
        self._partial_files = PartialFiles(context.folders.partial_files)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="file tasks")
        self.folder: Path | None = None

    def ask_folder(self, title: str, offered: Path, then: Then) -> None:
        """Ask for a folder and call `then` with it."""
        dialog = QFileDialog(self._window, title, str(offered))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        self._open(dialog, title, then)

    def ask_file(self, title: str, offered: Path, kind: str, then: Then) -> None:
        """Ask for a new file and call `then` with its path."""
        dialog = QFileDialog(self._window, title, str(offered), kind)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(offered.suffix[1:])
        # Nothing is ever overwritten: a name that is taken gets a number. Qt's own question would run a nested loop.
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        self._open(dialog, title, then)

    def _open(self, dialog: QFileDialog, name: str, then: Then) -> None:
        dialog.fileSelected.connect(lambda chosen: self._tasks.spawn(then(Path(chosen)), name))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    async def make(
        self, label: str, make: Callable[[Path, TaskProgress], T], to: Path, cancelled: str
    ) -> tuple[Path, T] | None:
        """Make a new file, which gets its name once it is whole. label and cancelled: as for `run`.

        Returns where it is and what make() returned; None if the user cancelled it.
        """

        def whole(watch: TaskProgress) -> tuple[Path, T]:
            with part_file(to) as part:
                made = make(part, watch)
                return move_to_unique_name(part, to), made

        return await self.run(label, whole, to.parent, cancelled)

    async def run(self, label: str, work: Callable[[TaskProgress], T], folder: Path, cancelled: str) -> T | None:
        """Do some work on files with its progress in the status bar.

        Args:
            label: What is going on, "Exporting 3 clips".
            work: Does it, on a thread of its own.
            folder: Where it writes.
            cancelled: What to say if the user cancels it.

        Returns:
            What work() returned; None if the user cancelled it.
        """
        self.folder = folder
        bar = self._window.status.tasks
        task = bar.start(label)

        def tracked(progress: TaskProgress) -> T:
            with self._partial_files.track(folder, time.time()):
                return work(progress)

        try:
            progress = TaskProgress(task.set_progress, task.is_cancelled)
            return await asyncio.get_running_loop().run_in_executor(self._thread, tracked, progress)
        except OperationCancelled:
            self.show_result(cancelled, Tone.IDLE)
            return None
        except OSError as error:
            sentence = f"Nothing can be saved in {folder}: {os_error_reason(error)}."
            raise UserError(sentence, "Choose another folder.") from error
        finally:
            task.cancel()  # so that the thread of a cancelled task ends too
            bar.finish(task)

    def show_result(self, sentence: str, tone: Tone = Tone.OK, file: Path | None = None) -> None:
        """Show the result, with a button that shows a new file in its folder."""
        show = partial(show_in_folder, file) if file else None
        action = "Show in folder" if file else ""
        self._window.messages.show_now(Message(sentence, tone, action, show, seconds=_SECONDS if file else 5.0))

    async def close(self) -> None:
        """Cancel everything. When this returns, nothing is running and nothing unfinished is left."""
        self._window.status.tasks.cancel_all()
        await asyncio.to_thread(self._thread.shutdown, cancel_futures=True)
