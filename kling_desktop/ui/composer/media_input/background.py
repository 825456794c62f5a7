"""Work that would hold up the window, done beside it."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from PySide6.QtCore import QObject

from kling_desktop.ui.qt.main_thread import on_main_thread

T = TypeVar("T")


class BackgroundRunner(QObject):
    """Runs work on two threads of its own and hands each result back on the thread of the window.

    What is still waiting when this object goes is dropped, and so are the results of what is under way.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # The threads hold this, not the object: it may go while they work.
        self._ring = on_main_thread(self._hand_back)
        pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="composer")
        self._pool = pool
        self.destroyed.connect(lambda: pool.shutdown(wait=False, cancel_futures=True))

    def run(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        """Call `work` beside the window, then `done` with its result on the window's thread.

        What `work` raises comes up there as well.
        """
        ring = self._ring
        self._pool.submit(work).add_done_callback(lambda future: ring(done, future))

    def _hand_back(self, done: Callable[[Any], None], future: Future[Any]) -> None:
        if not future.cancelled():
            done(future.result())
