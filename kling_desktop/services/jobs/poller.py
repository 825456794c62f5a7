"""One loop that follows all accepted jobs: the account's list tells of many at once, single looks fill its gaps."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from kling_desktop.domain.errors import KlingError, RefusalReason, RequestRefused, Unanswered, Unreachable
from kling_desktop.domain.jobs.duration_estimate import DurationEstimate
from kling_desktop.domain.jobs.generation import Generation
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Generating
from kling_desktop.services.poll_schedule import Deadline, PollSchedule, Sleep
from kling_desktop.services.remote import Remote

log = logging.getLogger(__name__)

_PAGE = 50
_MOST_PAGES = 40
_MOST_SINGLES = 20
_NAP = 5.0
_CLOSELY = 60.0
_NOT_SHOWN = "Leonardo doesn't show this generation at the moment."


@dataclass(frozen=True, slots=True)
class PollResult:
    """took: seconds from the sending until it was done, where it was watched closely enough to tell."""

    generation: Generation
    generation_seconds: float | None = None


@dataclass(slots=True)
class _Watched:
    """told: its user has been told of trouble, so that the next answer is news, whatever it says."""

    job: Job
    generation: str
    news: asyncio.Future[PollResult]
    wait: Deadline
    pending_at: float | None = None
    misses: int = 0
    told: bool = False


class GenerationPoller:
    """Asks about each job when it is due, and about all the others in the same breath where that costs nothing more.

    usual tells how long such jobs take; troubled(job id, what, seconds) is told what went wrong and when it is tried
    again. Failures never end the following of a job: only its step, by what the service says, or its user does.
    """

    def __init__(
        self,
        remote: Remote,
        pace: PollSchedule,
        clock: Callable[[], float],
        sleep: Sleep,
        usual: Callable[[Job], DurationEstimate | None],
        troubled: Callable[[str, str, float], None],
    ) -> None:
        self._remote = remote
        self._pace = pace
        self._clock = clock
        self._sleep = sleep
        self._usual = usual
        self._troubled = troubled
        self._followed: dict[str, _Watched] = {}
        self._asked_before: set[str] = set()
        self._handed_out: dict[str, str] = {}
        self._failures = 0
        self._rest = Deadline(0.0, 0.0)
        self._list_failures = 0
        self._list_rest = Deadline(0.0, 0.0)
        self._loop: asyncio.Task[None] | None = None
        self._nap: asyncio.Future[None] | None = None

    async def wait_result(self, job: Job, state: Generating) -> PollResult:
        """What the service says of a job's generation, as soon as it is more than that it still works on it."""
        followed = _Watched(
            job, state.generation, asyncio.get_running_loop().create_future(), Deadline(self._clock(), self._first(job))
        )
        followed.told = state.empty_since is not None or bool(job.notice)
        self._followed[job.id] = followed
        self._asked_before.add(job.id)
        if self._loop is None or self._loop.done():
            self._loop = asyncio.create_task(self._run(), name="following")
            self._loop.add_done_callback(self._loop_ended)
        elif self._nap:
            self._nap.cancel()  # it may be due before the others
        try:
            return await followed.news
        finally:
            self._drop(followed)

    async def close(self) -> None:
        """End the loop. To be called when nobody waits for news any more."""
        if self._loop:
            self._loop.cancel()
            await asyncio.wait({self._loop})

    def _drop(self, one: _Watched) -> None:
        if self._followed.get(one.job.id) is one:
            del self._followed[one.job.id]

    def _first(self, job: Job) -> float:
        since = self._since_sent(job)
        if self._pace.poll is None and since >= self._pace.delay(0.0) and job.id not in self._asked_before:
            return 0.0  # the app was closed meanwhile: there may be news
        return self._before_look(job)

    def _since_sent(self, job: Job) -> float:
        return self._clock() - (job.sent_at or 0.0)

    def _before_look(self, job: Job) -> float:
        return self._pace.delay(self._since_sent(job), self._usual(job))

    def _loop_ended(self, loop: asyncio.Task[None]) -> None:
        if not loop.cancelled() and (broken := loop.exception()):
            for followed in list(self._followed.values()):
                if not followed.news.done():
                    followed.news.set_exception(broken)  # each job's own loop says so, and follows it again

    async def _run(self) -> None:
        while self._followed:
            now = self._clock()
            left = max(self._rest.left(now), min(one.wait.left(now) for one in self._followed.values()))
            if left > 0:
                await self._nap_for(min(left, _NAP))
            else:
                await self._round(
                    [one for one in self._followed.values() if one.wait.left(now) <= self._pace.coalesce_window]
                )

    async def _nap_for(self, seconds: float) -> None:
        """Short, so that a machine that slept meanwhile or a clock that was set is noticed soon."""
        self._nap = asyncio.ensure_future(self._sleep(seconds))
        try:
            await asyncio.wait({self._nap})
        finally:
            self._nap.cancel()
            self._nap = None

    async def _round(self, due: list[_Watched]) -> None:
        try:
            await self._ask(due)
        except KlingError as error:
            self._failures += 1
            wait = self._pace.retry_delay(self._failures, getattr(error, "retry_after", None))
            self._rest = Deadline(self._clock(), wait)
            for one in due:
                self._tell(one, error.message, wait)
        else:
            self._failures = 0
            self._rest = Deadline(self._clock(), self._pace.min_interval)

    async def _ask(self, due: list[_Watched]) -> None:
        due.sort(key=lambda one: one.wait.since + one.wait.seconds)
        if self._list_pays(len(due)):
            due = await self._ask_list(due)
        lost = 0
        for one in due[:_MOST_SINGLES]:
            try:
                self._take(one, await self._remote.get_generation(one.generation))
            except KlingError as error:
                if _concerns_all(error):
                    raise
                self._miss(one, error.message)
                lost += isinstance(error, Unanswered)
                if lost > 1:
                    raise

    def _list_pays(self, due: int) -> bool:
        return due > ceil(len(self._followed) / _PAGE) and self._list_rest.left(self._clock()) <= 0

    async def _ask_list(self, due: list[_Watched]) -> list[_Watched]:
        """Those of which the list told nothing that can be relied on."""
        by_generation = {one.generation: one for one in self._followed.values()}
        wanted = {one.generation: one for one in due}
        unseen = set(wanted)
        try:
            offset = 0
            for _ in range(_MOST_PAGES):
                listed = await self._remote.list_generations(offset, _PAGE)
                for shown in listed:
                    unseen.discard(shown.id)
                    one = by_generation.get(shown.id)
                    if one and not self._is_doubtful(one, shown):  # else it is looked at by itself
                        self._take(one, shown)
                        wanted.pop(shown.id, None)
                offset += len(listed)
                if not listed or not unseen:
                    break
        except KlingError as error:
            if _concerns_all(error):
                raise
            # Single looks may do where the list doesn't.
            self._list_failures += 1
            self._list_rest = Deadline(self._clock(), self._pace.retry_delay(self._list_failures))
            log.info("the account's list can't be had: %s", error.message)
        else:
            self._list_failures = 0
        return list(wanted.values())

    def _is_doubtful(self, one: _Watched, shown: Generation) -> bool:
        """A list may lag: with no video yet, or with an address that was handed out before and has failed."""
        return shown.status == "COMPLETE" and (
            shown.video is None or shown.video.video == self._handed_out.get(one.job.id)
        )

    def _take(self, one: _Watched, shown: Generation | None) -> None:
        now = self._clock()
        if one.news.done():
            return
        if shown is None:
            self._miss(one, _NOT_SHOWN)
        elif shown.status in ("COMPLETE", "FAILED") or one.told:
            if shown.video:
                self._handed_out[one.job.id] = shown.video.video
            one.news.set_result(PollResult(shown, self._took(one, now)))
            self._drop(one)
        else:
            one.misses, one.pending_at = 0, now
            one.wait = Deadline(now, self._before_look(one.job))

    def _miss(self, one: _Watched, what: str) -> None:
        one.misses += 1
        one.wait = Deadline(self._clock(), self._pace.retry_delay(one.misses))
        self._tell(one, what, one.wait.seconds)

    def _took(self, one: _Watched, now: float) -> float | None:
        if one.pending_at is None or one.job.sent_at is None or not 0 <= now - one.pending_at <= _CLOSELY:
            return None
        return (now + one.pending_at) / 2 - one.job.sent_at

    def _tell(self, one: _Watched, what: str, wait: float) -> None:
        if not one.news.done():
            one.told = True
            self._troubled(one.job.id, what, wait)


def _concerns_all(error: KlingError) -> bool:
    """Whether the next question would fare no better: there is no way there, too much was asked, or the key is bad."""
    return isinstance(error, Unreachable) or (isinstance(error, RequestRefused) and error.reason is RefusalReason.KEY)
