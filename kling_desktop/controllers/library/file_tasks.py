"""Work on files beside the window: where to is asked for, how far it is stands at its foot, what came of it is said."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtWidgets import QFileDialog

from kling_desktop.atomic_file import part_file
from kling_desktop.domain.errors import UserError, os_error_reason
from kling_desktop.media.export.progress import TaskProgress
from kling_desktop.media.video.decoder import OperationCancelled
from kling_desktop.store.files.partial_files import PartialFiles
from kling_desktop.store.files.unique_names import move_to_unique_name
from kling_desktop.ui.export.file_manager import show_in_folder
from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.shell.main_window import MainWindow
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message

T = TypeVar("T")
Then = Callable[[Path], Coroutine[Any, Any, None]]
_SAID_FOR = 12.0


class FileTasks:
    """One piece after the other, on a thread of its own. folder: the one that was chosen last, if any was.

    half_done: remembers where something is being made, for the case that the app is killed meanwhile.
    """

    def __init__(self, window: MainWindow, tasks: Tasks, half_done: PartialFiles) -> None:
        self._window = window
        self._tasks = tasks
        self._half_done = half_done
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="work on files")
        self.folder: Path | None = None

    def ask_folder(self, title: str, offered: Path, then: Then) -> None:
        """Ask for a folder, and go on with it."""
        dialog = QFileDialog(self._window, title, str(offered))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        self._open(dialog, title, then)

    def ask_file(self, title: str, offered: Path, kind: str, then: Then) -> None:
        """Ask for a new file, and go on with its name."""
        dialog = QFileDialog(self._window, title, str(offered), kind)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(offered.suffix[1:])
        # Nothing is ever overwritten: a name that is taken gets a number. And Qt's own question would run a loop.
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        self._open(dialog, title, then)

    def _open(self, dialog: QFileDialog, name: str, then: Then) -> None:
        dialog.fileSelected.connect(lambda chosen: self._tasks.spawn(then(Path(chosen)), name))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    async def make(self, words: str, make: Callable[[Path, TaskProgress], T], to: Path) -> tuple[Path, T] | None:
        """A new file: whole when it gets its name. Where it is and what make() says; None when it was called off."""

        def whole(watch: TaskProgress) -> tuple[Path, T]:
            with part_file(to) as part:
                said = make(part, watch)
                return move_to_unique_name(part, to), said

        return await self.do(words, whole, to.parent)

    async def do(
        self, words: str, work: Callable[[TaskProgress], T], folder: Path, left: str = "Nothing was left behind."
    ) -> T | None:
        """Do it in sight and with a way to call it off; None when it was, and what is `left` then is said."""
        self.folder = folder
        works = self._window.status.works
        shown = works.begin(words)

        def noted(watch: TaskProgress) -> T:
            with self._half_done.track(folder, time.time()):
                return work(watch)

        try:
            watch = TaskProgress(shown.tell, shown.called_off)
            return await asyncio.get_running_loop().run_in_executor(self._thread, noted, watch)
        except OperationCancelled:
            self.tell(f"{words}: called off. {left}", Tone.IDLE)
            return None
        except OSError as error:
            reason = os_error_reason(error)
            raise UserError(f"{words} failed: {folder} takes nothing ({reason}).", "Choose another folder.") from error
        finally:
            shown.call_off()  # a task that was broken off leaves a thread behind, which is to end too
            works.end(shown)

    def tell(self, said: str, tone: Tone = Tone.OK, file: Path | None = None) -> None:
        """Say what came of it; a file that is new can be shown."""
        show = partial(show_in_folder, file) if file else None
        action = "Show in folder" if file else ""
        self._window.messages.show_now(Message(said, tone, action, show, seconds=_SAID_FOR if file else 5.0))

    async def close(self) -> None:
        """Nothing works on any more, and nothing half done is left, when this returns."""
        self._window.status.works.call_all_off()
        await asyncio.to_thread(self._thread.shutdown, cancel_futures=True)
