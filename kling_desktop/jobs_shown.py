"""The jobs of the connected queue, as the grid and the line under the window show them."""

import time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from kling_desktop.domain import states
from kling_desktop.domain.job import Job
from kling_desktop.domain.next_request import video_of
from kling_desktop.domain.usual import Usual
from kling_desktop.ui.composer.thumbs import ClipChoice
from kling_desktop.ui.library.model import LibraryModel
from kling_desktop.ui.library.posters import Posters
from kling_desktop.ui.theme import Tokens

if TYPE_CHECKING:
    from kling_desktop.work.queue import Queue

_OFFERED = 6
"""How many clips are offered to be edited: as many as can be told apart at a glance."""


class JobsShown(QObject):
    """Follows one queue at a time. Close it before the window goes."""

    changed = Signal(object)
    """All jobs as they now are, newest first."""
    ended = Signal()
    """One has come to its end, and may have cost something."""

    def __init__(self, tokens: Tokens, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue: Queue | None = None
        self._posters = Posters(tokens, parent=self)
        self.model = LibraryModel(self._posters, time.time, self._is_paused, self._usual, self)

    @property
    def jobs(self) -> tuple[Job, ...]:
        return self._queue.jobs if self._queue else ()

    def job(self, job_id: str) -> Job | None:
        return next((job for job in self.jobs if job.id == job_id), None)

    def follow(self, queue: "Queue | None") -> None:
        """Show that queue's jobs from now on; none of any without one."""
        if self._queue:
            for signal in (self._queue.changed, self._queue.removed, self._queue.progress):
                signal.disconnect()
        self._queue = queue
        if queue:
            queue.changed.connect(self._put)
            queue.removed.connect(self._remove)
            queue.progress.connect(self.model.set_progress)
        self.model.set_jobs(self.jobs)
        self.changed.emit(self.jobs)

    def earlier_prompts(self) -> tuple[str, ...]:
        """What was asked for before, each once, the latest first."""
        return tuple(dict.fromkeys(job.draft.prompt for job in self.jobs))

    def clips(self) -> tuple[ClipChoice, ...]:
        """The newest clips that can be edited."""
        made = ((video_of(job), job.draft.prompt) for job in self.jobs)
        return tuple(islice((ClipChoice(video, prompt) for video, prompt in made if video), _OFFERED))

    def picture_of(self, image: str) -> Path | None:
        """The poster of the clip with that image ID, where it is one of these."""
        made = (job.state for job in self.jobs if isinstance(job.state, states.Done))
        return next((Path(done.poster_file) for done in made if done.image == image and done.poster_file), None)

    def made_with(self, preset: str) -> Path | None:
        """The poster of the newest clip made with the preset of that ID."""
        made = (job.state for job in self.jobs if isinstance(job.state, states.Done) and job.draft.preset == preset)
        return next((Path(done.poster_file) for done in made if done.poster_file), None)

    def close(self) -> None:
        self._posters.close()

    def _put(self, job: Job) -> None:
        self.model.put(job)
        self.changed.emit(self.jobs)
        if job.ended:
            self.ended.emit()

    def _remove(self, job_id: str) -> None:
        self.model.remove(job_id)
        self.changed.emit(self.jobs)

    def _is_paused(self, job_id: str) -> bool:
        return self._queue is not None and self._queue.is_paused(job_id)

    def _usual(self, job: Job) -> Usual | None:
        return self._queue.usual(job) if self._queue and isinstance(job.state, states.Generating) else None
