"""One loop that asks about all accepted jobs: a page of the account's list covers many of them at once.

Jobs that the list doesn't settle are asked about one by one.
"""

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
from kling_desktop.services.remote import PAGE_SIZE, Remote, iter_pages

log = logging.getLogger(__name__)

_MAX_PAGES = 40
_MAX_SINGLE_QUESTIONS = 20
_MAX_NAP = 5.0
_MAX_UNCERTAINTY = 60.0
_NOT_SHOWN = "Leonardo doesn't show this generation right now."


@dataclass(frozen=True, slots=True)
class PollResult:
    """What the service says of a generation.

    Attributes:
        generation: As the service shows it.
        generation_seconds: From sending until it was done, where it was asked about often enough to tell.
    """

    generation: Generation
    generation_seconds: float | None = None


@dataclass(slots=True)
class _Watched:
    """A job that is asked about.

    Attributes:
        result: What its step waits for.
        due: When to ask next.
        pending_since: When it was last seen to be still worked on.
        has_notice: The user reads about a problem on it, so that the next answer counts, whatever it says.
    """

    job: Job
    generation: str
    result: asyncio.Future[PollResult]
    due: Deadline
    pending_since: float | None = None
    misses: int = 0
    has_notice: bool = False


class GenerationPoller:
    """Asks about each job when it is due, and about others in the same request where that costs nothing more.

    A failure never ends the watching of a job: only its step does, by what the service says, or its user.
    """

    def __init__(
        self,
        remote: Remote,
        schedule: PollSchedule,
        clock: Callable[[], float],
        sleep: Sleep,
        estimate: Callable[[Job], DurationEstimate | None],
        report_retry: Callable[[str, str, float], None],
    ) -> None:
        """Set up a poller that watches nothing yet.

        Args:
            remote: The service.
            schedule: When to ask.
            clock: Seconds since the epoch.
            sleep: Sleeps for seconds.
            estimate: How long jobs like this one take.
            report_retry: Gets a job's ID, what went wrong, and in how many seconds it is tried again.
        """
        self._remote = remote
        self._schedule = schedule
        self._clock = clock
        self._sleep = sleep
        self._estimate = estimate
        self._report_retry = report_retry
        self._watched: dict[str, _Watched] = {}
        self._seen_before: set[str] = set()
        self._returned_urls: dict[str, str] = {}
        self._failures = 0
        self._pause = Deadline(0.0, 0.0)
        self._list_failures = 0
        self._list_pause = Deadline(0.0, 0.0)
        self._loop: asyncio.Task[None] | None = None
        self._nap: asyncio.Future[None] | None = None

    async def wait_result(self, job: Job, state: Generating) -> PollResult:
        """Return what the service says of a job's generation, once it is more than "still working on it"."""
        watched = _Watched(
            job,
            state.generation,
            asyncio.get_running_loop().create_future(),
            Deadline(self._clock(), self._first_delay(job)),
            has_notice=state.empty_since is not None or bool(job.notice),
        )
        self._watched[job.id] = watched
        self._seen_before.add(job.id)
        if self._loop is None or self._loop.done():
            self._loop = asyncio.create_task(self._run(), name="poll generations")
            self._loop.add_done_callback(self._loop_ended)
        elif self._nap:
            self._nap.cancel()  # it may be due before the others
        try:
            return await watched.result
        finally:
            self._drop(watched)

    async def close(self) -> None:
        """End the loop, once nobody waits for a result any more."""
        if self._loop:
            self._loop.cancel()
            await asyncio.wait({self._loop})

    def _drop(self, one: _Watched) -> None:
        if self._watched.get(one.job.id) is one:
            del self._watched[one.job.id]

    def _first_delay(self, job: Job) -> float:
        if job.id in self._returned_urls:
            return 0.0  # its video couldn't be downloaded, and the runner has waited after that already
        is_overdue = self._seconds_since_sent(job) >= self._schedule.delay(0.0)
        if self._schedule.poll is None and is_overdue and job.id not in self._seen_before:
            return 0.0  # the app was closed meanwhile: it may be done
        return self._delay(job)

    def _seconds_since_sent(self, job: Job) -> float:
        return self._clock() - (job.sent_at or 0.0)

    def _delay(self, job: Job) -> float:
        return self._schedule.delay(self._seconds_since_sent(job), self._estimate(job))

    def _loop_ended(self, loop: asyncio.Task[None]) -> None:
        if not loop.cancelled() and (error := loop.exception()):
            for watched in list(self._watched.values()):
                if not watched.result.done():
                    watched.result.set_exception(error)  # each job's runner reports it, and waits for a result again

    async def _run(self) -> None:
        while self._watched:
            now = self._clock()
            left = max(self._pause.left(now), min(one.due.left(now) for one in self._watched.values()))
            if left > 0:
                await self._sleep_briefly(min(left, _MAX_NAP))
            else:
                window = self._schedule.coalesce_window
                await self._ask_all([one for one in self._watched.values() if one.due.left(now) <= window])

    async def _sleep_briefly(self, seconds: float) -> None:
        """Briefly, to notice soon that the machine slept meanwhile or that its clock was set."""
        self._nap = asyncio.ensure_future(self._sleep(seconds))
        try:
            await asyncio.wait({self._nap})
        finally:
            self._nap.cancel()
            self._nap = None

    async def _ask_all(self, due: list[_Watched]) -> None:
        try:
            await self._ask(due)
        except KlingError as error:
            self._failures += 1
            delay = self._schedule.retry_delay(self._failures, getattr(error, "retry_after", None))
            self._pause = Deadline(self._clock(), delay)
            for one in due:
                self._report(one, error.message, delay)
        else:
            self._failures = 0
            self._pause = Deadline(self._clock(), self._schedule.min_interval)

    async def _ask(self, due: list[_Watched]) -> None:
        due.sort(key=lambda one: one.due.since + one.due.seconds)
        if self._is_list_cheaper(len(due)):
            due = await self._ask_list(due)
        unanswered = 0
        for one in due[:_MAX_SINGLE_QUESTIONS]:
            try:
                self._take(one, await self._remote.get_generation(one.generation))
            except KlingError as error:
                if _affects_all(error):
                    raise
                self._miss(one, error.message)
                unanswered += isinstance(error, Unanswered)
                if unanswered > 1:
                    raise

    def _is_list_cheaper(self, due: int) -> bool:
        return due > ceil(len(self._watched) / PAGE_SIZE) and self._list_pause.left(self._clock()) <= 0

    async def _ask_list(self, due: list[_Watched]) -> list[_Watched]:
        """Read the account's list, and return those jobs of which it said nothing reliable."""
        by_generation = {one.generation: one for one in self._watched.values()}
        left = {one.generation: one for one in due}
        unseen = set(left)
        try:
            async for page in iter_pages(self._remote.list_generations, _MAX_PAGES):
                for shown in page:
                    unseen.discard(shown.id)
                    one = by_generation.get(shown.id)
                    if one and not self._is_stale(one, shown):  # else it is asked about by itself
                        self._take(one, shown)
                        left.pop(shown.id, None)
                if not unseen:
                    break
        except KlingError as error:
            if _affects_all(error):
                raise
            # Single questions may be answered where the list isn't.
            self._list_failures += 1
            self._list_pause = Deadline(self._clock(), self._schedule.retry_delay(self._list_failures))
            log.info("The account's list can't be read: %s", error.message)
        else:
            self._list_failures = 0
        return list(left.values())

    def _is_stale(self, one: _Watched, shown: Generation) -> bool:
        """A list may lag: there is no video yet, or a URL that was returned before and has failed."""
        return shown.status == "COMPLETE" and (
            shown.video is None or shown.video.video == self._returned_urls.get(one.job.id)
        )

    def _take(self, one: _Watched, shown: Generation | None) -> None:
        now = self._clock()
        if one.result.done():
            return
        if shown is None:
            self._miss(one, _NOT_SHOWN)
        elif shown.status in ("COMPLETE", "FAILED") or one.has_notice:
            if shown.video:
                self._returned_urls[one.job.id] = shown.video.video
            one.result.set_result(PollResult(shown, _generation_seconds(one, now)))
            self._drop(one)
        else:
            one.misses, one.pending_since = 0, now
            one.due = Deadline(now, self._delay(one.job))

    def _miss(self, one: _Watched, problem: str) -> None:
        one.misses += 1
        one.due = Deadline(self._clock(), self._schedule.retry_delay(one.misses))
        self._report(one, problem, one.due.seconds)

    def _report(self, one: _Watched, problem: str, seconds: float) -> None:
        if not one.result.done():
            one.has_notice = True
            self._report_retry(one.job.id, problem, seconds)


def _generation_seconds(one: _Watched, now: float) -> float | None:
    """From sending to the middle between the last two answers, unless these are too far apart to tell."""
    if one.pending_since is None or one.job.sent_at is None or not 0 <= now - one.pending_since <= _MAX_UNCERTAINTY:
        return None
    return (now + one.pending_since) / 2 - one.job.sent_at


def _affects_all(error: KlingError) -> bool:
    """Whether the next question would fail too: no connection, too many requests, or a bad key."""
    return isinstance(error, Unreachable) or (isinstance(error, RequestRefused) and error.reason is RefusalReason.KEY)
