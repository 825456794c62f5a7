"""Tell through the desktop that a clip is done, while nobody looks at the window."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job import Job
from kling_desktop.ui.library.cards.card import title
from kling_desktop.ui.notifications.notifier import Notifier
from kling_desktop.ui.shell.main_window import MainWindow

if TYPE_CHECKING:
    from kling_desktop.services.jobs.job_queue import JobQueue


class ClipNotifications:
    """A click brings the window to the front and shows the clip: show is told its ID."""

    def __init__(self, window: MainWindow, notifier: Notifier, show: Callable[[str], None]) -> None:
        self._window = window
        self._notifier = notifier
        self._show = show
        self._queue: JobQueue | None = None
        notifier.chosen.connect(self._bring)

    def follow(self, queue: "JobQueue | None") -> None:
        """Tell of that queue's clips from now on."""
        if self._queue:
            self._queue.events.changed.disconnect(self._look)
        self._queue = queue
        if queue:
            queue.events.changed.connect(self._look)

    def close(self) -> None:
        self._notifier.close()

    def _look(self, job: Job) -> None:
        if isinstance(job.state, job_states.Done) and not self._is_in_front():
            poster = job.state.poster_file
            self._notifier.notify(job.id, "A clip is done", title(job), Path(poster) if poster else None)

    def _is_in_front(self) -> bool:
        return QApplication.activeWindow() is not None and not self._window.isMinimized()

    def _bring(self, job_id: str) -> None:
        self._window.come_to_front()
        self._show(job_id)
