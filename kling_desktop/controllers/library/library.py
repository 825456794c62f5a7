"""The grid of the library: the jobs and clips of the connected account that answer the search."""

import time
from collections.abc import Sequence

from kling_desktop.controllers.context import AppContext
from kling_desktop.controllers.library.latest_search import LatestSearch
from kling_desktop.domain.errors import KlingError
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Waiting
from kling_desktop.domain.library.clip import Clip
from kling_desktop.services.jobs.job_queue import JobQueue
from kling_desktop.services.library.library import Library
from kling_desktop.ui.library.model.library_model import LibraryModel
from kling_desktop.ui.qt.day_timer import DayTimer
from kling_desktop.ui.queue.row import has_card

_ONE_BY_ONE = 20
"""So many clips come and go one by one. For more, the search runs again, or the window would freeze."""
_AT_ONCE = 200
"""Clips fetched with one question."""


class LibraryController:
    """Shows what answers the query in the search bar. What the last account left in the grid goes at once."""

    def __init__(self, context: AppContext, queue: JobQueue, library: Library, model: LibraryModel) -> None:
        self._tasks = context.tasks
        self._status_bar = context.window.status
        self._queue = queue
        self._library = library
        self._model = model
        bar = context.window.library.search
        self._search = LatestSearch(library, model, bar.query, self._cards)
        self._count = 0
        day = DayTimer(time.time, context.window)
        context.connections.on_close(day.deleteLater)
        context.connections.on(day.day_changed, context.window.library.grid.viewport().update)
        model.clear()
        self._set_count(0)
        on = context.connections.on
        on(queue.events.changed, self._show_job)
        on(queue.events.removed, model.remove_job)
        on(queue.events.progressed, model.set_progress)
        on(library.added, self._add_clips)
        on(library.changed, self._update_clips)
        on(library.removed, self._remove_clips)
        on(model.load_requested, lambda numbers: self._tasks.spawn(self._load(numbers), "clips that came in sight"))
        on(bar.query_changed, lambda query: self._tasks.spawn(self._search.run(query), "find clips"))

    def job(self, job_id: str) -> Job | None:
        """A job, or a clip that is loaded."""
        return next((job for job in self._queue.jobs if job.id == job_id), None) or self._model.shown(job_id)

    async def find_job(self, job_id: str) -> Job | None:
        """A job or a clip, wherever it is."""
        if job := self.job(job_id):
            return job
        clip = await self._library.get_clip(job_id)
        return clip.job if clip else None

    async def find_clips(self, numbers: Sequence[int]) -> list[Clip]:
        """The clips of these numbers, in their order. Some may never have been in sight."""
        by_number: dict[int, Clip] = {}
        for start in range(0, len(numbers), _AT_ONCE):
            clips = await self._library.get_clips(numbers[start : start + _AT_ONCE])
            by_number |= {clip.number: clip for clip in clips}
        return [by_number[number] for number in numbers if number in by_number]

    async def show_first(self) -> None:
        """Return once the first clips are in sight."""
        await self._search.show_first()

    def show_rest(self) -> None:
        """Show and count all that answers the query. What is in sight at once needn't wait for it."""
        self._search_again()
        self._tasks.spawn(self._count_clips(), "count the clips")

    def _search_again(self) -> None:
        self._tasks.spawn(self._search.run_again(), "find clips")

    def _cards(self) -> list[Job]:
        pending = len(self._queue.pending.job_ids)
        return [job for job in self._queue.jobs if has_card(job, pending)]

    async def _load(self, numbers: Sequence[int]) -> None:
        try:
            clips = await self._library.get_clips(numbers)
        except KlingError:
            self._model.mark_unavailable(numbers)
            raise
        self._model.add_loaded(clips)

    async def _count_clips(self) -> None:
        self._set_count(await self._library.count())

    def _set_count(self, count: int) -> None:
        self._count = count
        self._status_bar.show_clips(count)

    def _show_job(self, job: Job) -> None:
        pending = len(self._queue.pending.job_ids)
        # Whether jobs have cards depends on how many are pending, so it may change for all of them.
        waiting = [other for other in self._queue.jobs if isinstance(other.state, Waiting) and other.id != job.id]
        for one in (job, *waiting):
            if not has_card(one, pending):
                self._model.remove_job(one.id)
            elif one is job or not self._model.index_of(one.id).isValid():
                self._model.put(one)

    def _add_clips(self, clips: tuple[Clip, ...]) -> None:
        self._search.expire()
        self._set_count(self._count + len(clips))
        if len(clips) <= _ONE_BY_ONE and self._search.lists_new_clips:
            for clip in clips:
                self._model.add_clip(clip)
        else:
            self._search_again()

    def _update_clips(self, clips: tuple[Clip, ...]) -> None:
        for clip in clips:
            self._model.change_clip(clip)

    def _remove_clips(self, clips: tuple[Clip, ...]) -> None:
        self._search.expire()
        self._set_count(self._count - len(clips))
        if len(clips) <= _ONE_BY_ONE:
            for clip in clips:
                self._model.remove_clip(clip)
        else:
            self._search_again()
