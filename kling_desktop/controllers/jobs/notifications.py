"""Desktop notifications about finished clips, while nobody looks at the window."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication

from kling_desktop.controllers.connections import Connections
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.text import plural
from kling_desktop.services.jobs.job_queue import JobQueue
from kling_desktop.ui.library.cards.card import title
from kling_desktop.ui.notifications.notifier import Notifier
from kling_desktop.ui.shell.main_window import MainWindow

_MOST_TITLES = 3


class ClipNotifications:
    """Clips that are done while the window is away share one notification. A click brings the window to the front and
    opens the latest: open_clip is given its ID.
    """

    def __init__(
        self,
        connections: Connections,
        queue: JobQueue,
        window: MainWindow,
        notifier: Notifier,
        open_clip: Callable[[str], None],
    ) -> None:
        self._window = window
        self._notifier = notifier
        self._open_clip = open_clip
        self._unseen: dict[str, str] = {}
        connections.on(queue.events.changed, self._on_job_changed)
        connections.on(notifier.chosen, self._open)

    def _on_job_changed(self, job: Job) -> None:
        if not isinstance(job.state, Done):
            return
        if self._is_in_front():
            self._unseen.clear()
            return
        self._unseen[job.id] = title(job)
        heading = plural(len(self._unseen), one="A clip is done", other="{count} clips are done")
        poster = job.state.poster_file
        titles = "\n".join(list(self._unseen.values())[-_MOST_TITLES:])
        self._notifier.notify(job.id, heading, titles, Path(poster) if poster else None)

    def _is_in_front(self) -> bool:
        return QApplication.activeWindow() is not None and not self._window.isMinimized()

    def _open(self, job_id: str) -> None:
        self._unseen.clear()
        self._window.come_to_front()
        self._open_clip(job_id)
