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

    async def make(self, words: str, make: Callable[[Path, TaskProgress], T], to: Path) -> tuple[Path, T] | None:
        """Make a new file, which gets its name once it is whole.

        Returns where it is and what make() returned. None if the user cancelled it.
        """

        def whole(watch: TaskProgress) -> tuple[Path, T]:
            with part_file(to) as part:
                made = make(part, watch)
                return move_to_unique_name(part, to), made

        return await self.do(words, whole, to.parent)

    async def do(
        self, words: str, work: Callable[[TaskProgress], T], folder: Path, left: str = "Nothing was left behind."
    ) -> T | None:
        """Do it with its progress in the status bar.

        Returns None if the user cancelled it; `left` says what is there then.
        """
        self.folder = folder
        works = self._window.status.tasks
        shown = works.start(words)

        def noted(watch: TaskProgress) -> T:
            with self._partial_files.track(folder, time.time()):
                return work(watch)

        try:
            watch = TaskProgress(shown.set_progress, shown.is_cancelled)
            return await asyncio.get_running_loop().run_in_executor(self._thread, noted, watch)
        except OperationCancelled:
            self.show_result(f"{words}: called off. {left}", Tone.IDLE)
            return None
        except OSError as error:
            reason = os_error_reason(error)
            raise UserError(f"{words} failed: {folder} takes nothing ({reason}).", "Choose another folder.") from error
        finally:
            shown.cancel()  # the thread of a cancelled task is to end, too
            works.finish(shown)

    def show_result(self, sentence: str, tone: Tone = Tone.OK, file: Path | None = None) -> None:
        """Say what came of it. A new file can be shown in its folder."""
        show = partial(show_in_folder, file) if file else None
        action = "Show in folder" if file else ""
        self._window.messages.show_now(Message(sentence, tone, action, show, seconds=_SECONDS if file else 5.0))

    async def close(self) -> None:
        """Cancel everything. When this returns, nothing is running and nothing unfinished is left."""
        self._window.status.tasks.cancel_all()
        await asyncio.to_thread(self._thread.shutdown, cancel_futures=True)
