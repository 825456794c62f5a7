"""Runs slow work in the background."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from PySide6.QtCore import QObject

from kling_desktop.ui.qt.main_thread import on_main_thread

T = TypeVar("T")


class BackgroundRunner(QObject):
    """Runs work on two threads and delivers each result on the main thread.

    Pending work and results still to come are dropped when this object is destroyed.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # The threads hold this instead of the object, which may be destroyed while they work.
        self._ring = on_main_thread(self._hand_back)
        pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="composer")
        self._pool = pool
        self.destroyed.connect(lambda: pool.shutdown(wait=False, cancel_futures=True))

    def run(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        """Run `work` in the background, then call `done` with its result on the main thread.

        An exception that `work` raises is raised on the main thread as well.
        """
        ring = self._ring
        self._pool.submit(work).add_done_callback(lambda future: ring(done, future))

    def _hand_back(self, done: Callable[[Any], None], future: Future[Any]) -> None:
        if not future.cancelled():
            done(future.result())
