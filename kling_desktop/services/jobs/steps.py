"""Move one job one step. Nothing here waits between tries, retries, or swallows a failure: the queue's loop does."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from kling_desktop.domain.errors import KlingError, RefusalReason, RequestRefused, Unanswered, Unreachable
from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.generation import Generation
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Event
from kling_desktop.domain.jobs.reconciliation import MATCH_WINDOW, Matches, reconcile, sent_at_server_time
from kling_desktop.domain.jobs.upload_plan import local_images, upload_key, with_uploads
from kling_desktop.domain.request.request_body import build_body
from kling_desktop.media.errors import BadMedia
from kling_desktop.services.clips.clip_saver import ClipSaver, DestinationError
from kling_desktop.services.executors import run_uncancellable
from kling_desktop.services.jobs.create_rate_limit import CreateRateLimiter
from kling_desktop.services.jobs.poller import GenerationPoller
from kling_desktop.services.jobs.scheduler import SendScheduler
from kling_desktop.services.jobs.uploads import ImageUploader
from kling_desktop.services.poll_schedule import PollSchedule
from kling_desktop.services.remote import Progress, Remote
from kling_desktop.store.jobs.job_store import JobStore

T = TypeVar("T")
_PAGE = 50
_MOST_PAGES = 10
_LONGEST_SENDING = 300.0
"""Seconds after which no request to order can be on its way any more; the client gives up well before."""


class SendingStopped(Exception):
    """Sending was stopped for all before this job's turn came; the text says why."""


@dataclass(frozen=True, slots=True)
class JobSteps:
    """What a step needs. keep saves a job and tells of it; every change of state goes through it before it acts.
    keep_sent does so for the one step that spends money, and raises LimitExceeded where a cap of the user's is in the
    way. claim makes a generation the job's own, or returns None where another job has it. halted says why nothing may
    be sent now. line says whose turn it is to be sent. matching lets one look for its
    generation after the other. on_disk runs a call of the store, files is for what blocks on
    pictures and clips.
    """

    remote: Remote
    uploads: ImageUploader
    follower: GenerationPoller
    store: JobStore
    on_disk: Callable[..., Awaitable[Any]]
    files: Executor
    landing: ClipSaver
    pace: PollSchedule
    clock: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    keep: Callable[[Job], Awaitable[Job]]
    keep_sent: Callable[[Job], Awaitable[Job]]
    claim: Callable[[Job, str], Awaitable[Job | None]]
    progress: Callable[[str, int, int | None], None]
    halted: Callable[[], str]
    line: SendScheduler
    orders: CreateRateLimiter
    matching: asyncio.Lock

    async def step(self, job: Job) -> Job:
        """The job after its next step, saved. Domain errors mean: not now, ask again."""
        match job.state:
            case job_states.Waiting():
                await self.line.wait_turn(job.id)
                self._stop_if_halted()
                return await self.keep(job.transition(Event.START, job_states.Uploading()))
            case job_states.Held(until):
                await self.sleep(max(0.0, until - self.clock()))
                if self.line.try_take_slot(job.id):
                    return await self.keep(job.transition(Event.START, job_states.Uploading()))
                return await self.keep(job.transition(Event.POSTPONE, job_states.Waiting()))
            case job_states.Uploading():
                return await self._order(await self._upload(job))
            case job_states.Sending():  # nobody saw the answer: the app ended, or broke, in the middle
                return await self.keep(job.transition(Event.LOSE_ANSWER, job_states.Unknown()))
            case job_states.Unknown():
                return await self._look_for(job, job.state)
            case job_states.Generating():
                return await self._follow(job, job.state)
            case job_states.Made(generation, image, video, poster):
                return await self.keep(
                    job.transition(Event.DOWNLOAD, job_states.Downloading(generation, image, video, poster))
                )
            case job_states.Downloading():
                return await self._download(job, job.state)
            case _:
                return job

    async def _upload(self, job: Job) -> Job:
        self._stop_if_halted()
        for picture in local_images(job.draft):
            key = upload_key(picture, job.draft.size)
            if key in job.uploads:
                continue
            try:
                image = await self.uploads.upload(picture, job.draft.size, job.id, self._progress(job))
            except BadMedia as unusable:
                return await self._refused(
                    job, RequestRefused(unusable.message, unusable.hint, reason=RefusalReason.MEDIA)
                )
            except RequestRefused as refusal:
                return await self._refused(job, refusal)
            job = await self.keep(replace(job, uploads={**job.uploads, key: image}))
        return job

    async def _order(self, job: Job) -> Job:
        """The one place that spends money. The job is on disk as Sending before the request can leave."""
        if not isinstance(job.state, job_states.Uploading):
            return job
        body = build_body(with_uploads(job))
        await self._with_files(self.landing.check_folder, job)
        async with self.orders.slot():
            self._stop_if_halted()
            sent, remote = self.clock(), self.remote
            sending = job.transition(
                Event.SEND, job_states.Sending(), sent_at=sent, sent_skew=remote.clock_skew, user=remote.user_id
            )
            job = await self.keep_sent(sending)
            self.orders.record()
            try:
                accepted = await self.remote.create_generation(body)
            except Unreachable as later:
                if later.retry_after is not None:
                    self.orders.back_off(later.retry_after)
                await self.keep(job.transition(Event.POSTPONE, job_states.Waiting()))
                raise
            except Unanswered:
                return await self.keep(job.transition(Event.LOSE_ANSWER, job_states.Unknown()))
            except RequestRefused as refusal:
                if (
                    refusal.reason is RefusalReason.MEDIA
                    and job.uploads
                    and await self.on_disk(self.store.forget_uploads, job)
                ):
                    # One that went up earlier may be gone at the service by now; nothing was accepted, so once more.
                    return await self.keep(replace(job.transition(Event.POSTPONE, job_states.Waiting()), uploads={}))
                return await self._refused(job, refusal)
            return await self.keep(
                job.transition(Event.ACCEPT, job_states.Generating(accepted.generation), cost=accepted.cost)
            )

    def _stop_if_halted(self) -> None:
        if why := self.halted():
            raise SendingStopped(why)

    async def _refused(self, job: Job, refusal: RequestRefused) -> Job:
        state = job_states.Refused(refusal.message, refusal.hint, refusal.reason, refusal.vendor_message)
        return await self.keep(job.transition(Event.REFUSE, state, ended_at=self.clock()))

    async def _look_for(self, job: Job, state: job_states.Unknown) -> Job:
        """One look into the account's list; after the last one the user is asked."""
        looks = self.pace.reconcile_delays
        await self.sleep(looks[min(state.attempts, len(looks) - 1)])
        seen = await self._recent(job)
        # One after the other, or equal jobs that look at the same moment get in each other's way.
        async with self.matching:
            finds = await self._match(job, seen)
            if (found := finds.attached.get(job.id)) and (attached := await self.claim(job, found)):
                return attached
            # While an equal one is being sent there is nothing to ask the user yet.
            count = state.attempts + 1 if finds.is_settled else min(state.attempts + 1, len(looks) - 1)
            again = job_states.Unknown(count, count >= len(looks), finds.candidates.get(job.id, ()))
            return await self.keep(job.transition(Event.RECHECK, again))

    async def _match(self, job: Job, seen: Iterable[Generation]) -> Matches:
        """By what is on disk: another process may have lost an equal job at the same time, be it another profile's."""
        if job.user and job.user != self.remote.user_id:  # the profile has got the key of another account since
            return Matches({}, {})
        jobs = await self.on_disk(self.store.unresolved, job.service)
        claimed = await self.on_disk(self.store.claimed_generations, job.service)
        return reconcile(job, [self._as_lost(other) for other in jobs], seen, claimed, self.remote.clock_skew or 0.0)

    def _as_lost(self, job: Job) -> Job:
        """A process that ended while it was sending left its job so: nothing is on its way any more."""
        over = isinstance(job.state, job_states.Sending) and self.clock() - (job.sent_at or 0.0) > _LONGEST_SENDING
        return job.transition(Event.LOSE_ANSWER, job_states.Unknown()) if over else job

    async def _recent(self, job: Job) -> list[Generation]:
        """The account's generations back to the time of the job's sending."""
        seen: list[Generation] = []
        oldest = (sent_at_server_time(job, self.remote.clock_skew or 0.0) or 0.0) - MATCH_WINDOW
        for page in range(_MOST_PAGES):
            listed = await self.remote.list_generations(page * _PAGE, _PAGE)
            seen += listed
            times = [g.created_at.timestamp() for g in listed if g.created_at]
            # The order of the list is nowhere promised: only one that runs backwards may be left early.
            backwards = times == sorted(times, reverse=True)
            if len(listed) < _PAGE or (times and backwards and times[0] < oldest):
                break
        return seen

    async def _follow(self, job: Job, state: job_states.Generating) -> Job:
        news = await self.follower.wait_result(job, state)
        generation = news.generation
        if generation.status == "FAILED":
            failed = job_states.Failed(state.generation, "Leonardo could not make this video, and gave no reason.")
            return await self.keep(job.transition(Event.FAIL, failed, ended_at=self.clock()))
        if generation.status == "COMPLETE" and (video := generation.video):
            made = job_states.Made(state.generation, video.id, video.video, video.poster)
            return await self.keep(
                job.transition(Event.COMPLETE, made, seed=generation.seed, generation_seconds=news.generation_seconds)
            )
        if generation.status == "COMPLETE":
            return await self._empty(job, state)
        return await self.keep(job.transition(Event.WAIT, job_states.Generating(state.generation)))

    async def _empty(self, job: Job, state: job_states.Generating) -> Job:
        since = self.clock() if state.empty_since is None else state.empty_since
        if self.clock() - since < self.pace.empty_timeout:
            return await self.keep(job.transition(Event.WAIT, job_states.Generating(state.generation, since)))
        what = "Leonardo finished without a usable video. Its moderation may have held it back."
        blocked = job_states.Blocked(state.generation, what)
        return await self.keep(job.transition(Event.BLOCK, blocked, ended_at=self.clock()))

    async def _download(self, job: Job, state: job_states.Downloading) -> Job:
        landed = await self._with_files(self.landing.find_saved, job)
        if landed is None:
            try:
                part = await self._with_files(self.landing.part_path, job)
                await self.remote.download(state.video, part, self._progress(job))
                landed = await self._with_files(self.landing.save, job, state.image, self.clock())
            except DestinationError:  # nothing that another address would mend
                raise
            except KlingError:  # the address may have gone stale: ask for it anew
                await self.keep(job.transition(Event.REFRESH_LINKS, job_states.Generating(state.generation)))
                raise
        done = job_states.Done(state.generation, state.image, str(landed.file), str(landed.poster))
        finished = job.transition(Event.FINISH, done, ended_at=self.clock())
        return await self.keep(replace(finished, notice=landed.notice))

    def _progress(self, job: Job) -> Progress:
        return partial(self.progress, job.id)

    async def _with_files(self, call: Callable[..., T], *arguments: Any) -> T:
        return await run_uncancellable(self.files, call, *arguments)
