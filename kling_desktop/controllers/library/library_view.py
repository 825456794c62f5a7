"""The jobs and clips of the connected account, as the grid, the form and the line under the window show them."""

import time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from kling_desktop.domain.errors import KlingError
from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.duration_estimate import DurationEstimate
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.library.clip_query import ClipQuery, SearchResult
from kling_desktop.domain.library.draft_from_clip import clip_video
from kling_desktop.ui.composer.slots.media_thumbnails import ClipChoice
from kling_desktop.ui.library.cards.poster_cache import PosterCache
from kling_desktop.ui.library.model.library_model import LibraryModel
from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.queue.row import has_a_card
from kling_desktop.ui.theme import Tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kling_desktop.domain.library.clip import Clip
    from kling_desktop.services.jobs.job_queue import JobQueue
    from kling_desktop.services.library.library import Library

_OFFERED = 6
"""How many clips are offered to be edited: as many as can be told apart at a glance."""
_ONE_BY_ONE = 20
"""Clips that come and go each for itself; of more, all are asked for anew, or the window would stand still."""
_IN_SIGHT = 48
"""Clips fetched with the first answer: no screen shows an empty card that it could have filled."""


class LibraryController(QObject):
    """Follows one queue and its library at a time. Close it before the window goes.

    The clips are those of one query; `look_up` changes it. What the form asks at each key is answered from memory: from
    the jobs at hand and from the clips that tell something (Library.telling).
    """

    changed = Signal(object)
    """All jobs as they now are, newest first; clips are no longer among them."""
    counted = Signal(int)
    """How many clips the account has."""
    ended = Signal()
    """One has come to its end, and may have cost something."""
    pictures_came = Signal()
    """`picture_of` has more to answer."""

    def __init__(self, tokens: Tokens, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._queue: JobQueue | None = None
        self._library: Library | None = None
        self._query = ClipQuery()
        self._news = 0
        self._count = 0
        self._clips: tuple[Job, ...] = ()
        self._telling: tuple[Job, ...] = ()
        self._pictures: dict[str, Path | None] = {}
        self._posters = PosterCache(tokens, parent=self)
        self.model = LibraryModel(self._posters, time.time, self._is_paused, self._usual, self)
        self.model.load_requested.connect(self._fetch)

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Newest first, without the clips."""
        return self._queue.jobs if self._queue else ()

    def job(self, job_id: str) -> Job | None:
        """A job, or a clip that is at hand."""
        return next((job for job in self.jobs if job.id == job_id), None) or self.model.shown(job_id)

    async def find_job(self, job_id: str) -> Job | None:
        """A job or a clip, wherever it is."""
        if (job := self.job(job_id)) or self._library is None:
            return job
        clip = await self._library.get_clip(job_id)
        return clip.job if clip else None

    async def follow(self, queue: "JobQueue", library: "Library") -> None:
        """Show that account's jobs and clips from now on; return once the first of them are in sight."""
        self.leave()
        self._queue, self._library = queue, library
        queue.events.changed.connect(self._put)
        queue.events.removed.connect(self._remove)
        queue.events.progressed.connect(self.model.set_progress)
        library.added.connect(self._add_clips)
        library.changed.connect(self._change_clips)
        library.removed.connect(self._remove_clips)
        if self._query.is_plain:
            await self._show_first(library, self._query)
        else:
            await self._look_again()

    def show_rest(self) -> None:
        """All there is to know of what `follow` has begun to show; what is seen at once needn't wait for it."""
        if self._library:
            self._tasks.spawn(self._look_again(), "look up the clips")
            self._tasks.spawn(self._learn(self._library), "learn from the clips")

    def leave(self) -> None:
        """Show nothing of anybody."""
        if self._queue and self._library:
            self._queue.events.changed.disconnect(self._put)
            self._queue.events.removed.disconnect(self._remove)
            self._queue.events.progressed.disconnect(self.model.set_progress)
            self._library.added.disconnect(self._add_clips)
            self._library.changed.disconnect(self._change_clips)
            self._library.removed.disconnect(self._remove_clips)
        self._queue = self._library = None
        self._clips = ()
        self._pictures.clear()
        self._count_clips(0)
        self.model.clear()
        self._jobs_changed()

    async def look_up(self, query: ClipQuery) -> None:
        """Show the clips of that query from now on, the first of them before all are found. Of several queries that
        are asked at once, the last is shown.
        """
        self._query = query
        if (library := self._library) is None:
            return
        # Of what is looked at already, all at once: who is far down in it stays there.
        if query == self.model.query or await self._show_first(library, query):
            await self._show_all(library, query)

    async def _show_first(self, library: "Library", query: ClipQuery) -> bool:
        """Whether there may be more than is shown then."""
        news = self._news
        found = await library.find_first(query, _IN_SIGHT)
        shown = bool(found.numbers or not found.has_more) and await self._show(library, found, news)
        return found.has_more or not shown

    async def _show_all(self, library: "Library", query: ClipQuery) -> None:
        shown = False
        while self._asks(library, query) and not shown:
            news = self._news
            shown = await self._show(library, await library.find(query), news)

    async def _show(self, library: "Library", found: SearchResult, news: int) -> bool:
        """Whether it is shown: not where something else is asked for by now, or a clip has come or gone meanwhile."""
        if not self._asks(library, found.query):
            return False
        first = await library.get_clips([one for one in found.numbers[:_IN_SIGHT] if not self.model.loaded_clip(one)])
        if news != self._news or not self._asks(library, found.query):
            return False
        self.model.show(found, self._with_cards())
        self.model.add_loaded(first)
        self._jobs_changed()
        return True

    def _asks(self, library: "Library", query: ClipQuery) -> bool:
        """Whether that is what is to be shown, still."""
        return library is self._library and query is self._query

    async def _look_again(self) -> None:
        """For what is wanted by then: somebody may have searched since this was spawned."""
        await self.look_up(self._query)

    def earlier_prompts(self) -> tuple[str, ...]:
        """What was asked for before, each once, the latest first."""
        return tuple(dict.fromkeys(job.draft.prompt for job in self._telling))

    def clips(self) -> tuple[ClipChoice, ...]:
        """The newest clips that can be edited."""
        made = ((clip_video(job), job.draft.prompt) for job in self._clips)
        return tuple(islice((ClipChoice(video, prompt) for video, prompt in made if video), _OFFERED))

    def picture_of(self, image: str) -> Path | None:
        """The poster of the clip with that image ID, once it is known whether there is one."""
        if image not in self._pictures and self._library:
            self._pictures[image] = None
            self._tasks.spawn(self._ask_for_picture(self._library, image), f"picture of {image}")
        return self._pictures.get(image)

    def made_with(self, preset: str) -> Path | None:
        """The poster of the newest clip made with the preset of that ID."""
        made = (
            job.state for job in self._clips if isinstance(job.state, job_states.Done) and job.draft.preset == preset
        )
        return next((Path(done.poster_file) for done in made if done.poster_file), None)

    def close(self) -> None:
        self._posters.close()

    # What comes from the queue and the library

    def _put(self, job: Job) -> None:
        unsent = len(self._queue.pending.job_ids) if self._queue else 0
        # With the number of those that wait, whether they have cards may change for all of them.
        waiting = [other for other in self.jobs if isinstance(other.state, job_states.Waiting) and other.id != job.id]
        for one in (job, *waiting):
            if not has_a_card(one, unsent):
                self.model.remove_job(one.id)
            elif one is job or not self.model.index_of(one.id).isValid():
                self.model.put(one)
        self._jobs_changed()
        if job.is_terminal:
            self.ended.emit()

    def _with_cards(self) -> list[Job]:
        unsent = len(self._queue.pending.job_ids) if self._queue else 0
        return [job for job in self.jobs if has_a_card(job, unsent)]

    def _remove(self, job_id: str) -> None:
        self.model.remove_job(job_id)
        self._jobs_changed()

    def _add_clips(self, clips: "tuple[Clip, ...]") -> None:
        self._news += 1
        self._count_clips(self._count + len(clips))
        self._clips = _merged(self._clips, clips)
        self._pictures.update((clip.done.image, Path(clip.poster)) for clip in clips if clip.poster)
        few = len(clips) <= _ONE_BY_ONE
        if few and self._query.is_plain and self.model.query == self._query:
            for clip in clips:
                self.model.add_clip(clip)
        else:
            self._tasks.spawn(self._look_again(), "look up the clips")
        self._jobs_changed()
        self.pictures_came.emit()

    def _change_clips(self, clips: "tuple[Clip, ...]") -> None:
        for clip in clips:
            self.model.change_clip(clip)

    def _remove_clips(self, clips: "tuple[Clip, ...]") -> None:
        self._news += 1
        self._count_clips(self._count - len(clips))
        gone = {clip.id for clip in clips}
        self._clips = tuple(job for job in self._clips if job.id not in gone)
        self._pictures = {image: path for image, path in self._pictures.items() if path}
        if len(clips) <= _ONE_BY_ONE:
            for clip in clips:
                self.model.remove_clip(clip)
        else:
            self._tasks.spawn(self._look_again(), "look up the clips")
        self._jobs_changed()

    async def _learn(self, library: "Library") -> None:
        count, telling = await library.count(), await library.recent_for_learning()
        if library is self._library:
            self._count_clips(count)
            self._clips = _merged(self._clips, telling)
            self._jobs_changed()
            self.pictures_came.emit()

    def _fetch(self, numbers: "Sequence[int]") -> None:
        if self._library:
            self._tasks.spawn(self._bring(self._library, numbers), "clips that came in sight")

    async def _bring(self, library: "Library", numbers: "Sequence[int]") -> None:
        try:
            clips = await library.get_clips(numbers)
        except KlingError:
            self.model.mark_unavailable(numbers)
            raise
        if library is self._library:
            self.model.add_loaded(clips)

    async def _ask_for_picture(self, library: "Library", image: str) -> None:
        clip = await library.find_by_video_id(image)
        if clip and clip.poster and library is self._library:
            self._pictures[image] = Path(clip.poster)
            self.pictures_came.emit()

    def _count_clips(self, count: int) -> None:
        self._count = count
        self.counted.emit(count)

    def _jobs_changed(self) -> None:
        self._telling = tuple(sorted((*self.jobs, *self._clips), key=_age, reverse=True))
        self.changed.emit(self.jobs)

    def _is_paused(self, job_id: str) -> bool:
        return self._queue is not None and self._queue.pending.is_paused(job_id)

    def _usual(self, job: Job) -> DurationEstimate | None:
        return (
            self._queue.estimate_duration(job) if self._queue and isinstance(job.state, job_states.Generating) else None
        )


def _merged(known: "Iterable[Job]", clips: "Iterable[Clip]") -> tuple[Job, ...]:
    by_id = {job.id: job for job in known} | {clip.id: clip.job for clip in clips}
    return tuple(sorted(by_id.values(), key=_age, reverse=True))


def _age(job: Job) -> float:
    return job.created_at
