"""Moves one job one step. Nothing here waits between attempts, retries, or swallows a failure: the runner does."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from kling_desktop.domain.errors import KlingError, RefusalReason, RequestRefused, Unanswered, Unreachable
from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.failure_catalog import BLOCKED, FAILED
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Event
from kling_desktop.domain.jobs.upload_plan import local_images, upload_key, with_uploads
from kling_desktop.domain.request.request_body import build_body
from kling_desktop.media.errors import BadMedia
from kling_desktop.services.clips.clip_saver import ClipSaver, DestinationError
from kling_desktop.services.jobs.create_rate_limit import CreateRateLimiter
from kling_desktop.services.jobs.events import JobEvents
from kling_desktop.services.jobs.poller import GenerationPoller
from kling_desktop.services.jobs.reconciler import Reconciler
from kling_desktop.services.jobs.registry import JobRegistry
from kling_desktop.services.jobs.scheduler import SendScheduler
from kling_desktop.services.jobs.uploads import ImageUploader
from kling_desktop.services.poll_schedule import PollSchedule, Sleep
from kling_desktop.services.remote import Progress, Remote
from kling_desktop.store.threads import WorkerThreads


@dataclass(frozen=True, slots=True)
class JobSteps:
    """The steps of a job, from pending to its clip, and all that they need."""

    remote: Remote
    registry: JobRegistry
    scheduler: SendScheduler
    rate_limiter: CreateRateLimiter
    uploader: ImageUploader
    poller: GenerationPoller
    reconciler: Reconciler
    saver: ClipSaver
    files: WorkerThreads
    events: JobEvents
    schedule: PollSchedule
    clock: Callable[[], float]
    sleep: Sleep

    async def step(self, job: Job) -> Job:
        """Take the next step and return the job after it, saved.

        Raises:
            SendingStopped: Nothing may be sent at the moment.
            LimitExceeded: Sending it would exceed a spending limit.
            KlingError: Not now; try the same step again later.
        """
        match job.state:
            case job_states.Waiting():
                await self.scheduler.wait_turn(job.id)
                return await self.registry.save(job.transition(Event.START, job_states.Uploading()))
            case job_states.Held(until):
                await self.sleep(max(0.0, until - self.clock()))
                if self.scheduler.try_take_slot(job.id):
                    return await self.registry.save(job.transition(Event.START, job_states.Uploading()))
                return await self.registry.save(job.transition(Event.POSTPONE, job_states.Waiting()))
            case job_states.Uploading():
                job = await self._upload(job)
                return await self._send(job) if isinstance(job.state, job_states.Uploading) else job
            case job_states.Sending():  # nobody saw the answer: the app ended or broke in the middle
                return await self.registry.save(job.transition(Event.LOSE_ANSWER, job_states.Unknown()))
            case job_states.Unknown():
                return await self.reconciler.attempt(job, job.state)
            case job_states.Generating():
                return await self._poll(job, job.state)
            case job_states.Made(generation, image, video, poster):
                downloading = job_states.Downloading(generation, image, video, poster)
                return await self.registry.save(job.transition(Event.DOWNLOAD, downloading))
            case job_states.Downloading():
                return await self._download(job, job.state)
            case _:
                return job

    async def _upload(self, job: Job) -> Job:
        self.scheduler.raise_if_stopped()
        for image in local_images(job.draft):
            key = upload_key(image, job.draft.size)
            if key in job.uploads:
                continue
            try:
                image_id = await self.uploader.upload(image, job.draft.size, job.id, self._progress(job))
            except BadMedia as unusable:
                return await self._refuse(
                    job, RequestRefused(unusable.message, unusable.hint, reason=RefusalReason.MEDIA)
                )
            except RequestRefused as refusal:
                return await self._refuse(job, refusal)
            job = await self.registry.save(replace(job, uploads={**job.uploads, key: image_id}))
        return job

    async def _send(self, job: Job) -> Job:
        """The one place that spends money. The job is on disk as Sending before the request can leave."""
        body = build_body(with_uploads(job))
        await self.files.run_uncancellable(self.saver.check_folder, job)
        async with self.rate_limiter.slot():
            self.scheduler.raise_if_stopped()
            sending = job.transition(
                Event.SEND,
                job_states.Sending(),
                sent_at=self.clock(),
                sent_skew=self.remote.clock_skew,
                user=self.remote.user_id,
            )
            job = await self.registry.save_sending(sending)
            self.rate_limiter.record()
            try:
                created = await self.remote.create_generation(body)
            except Unreachable as error:
                if error.retry_after is not None:
                    self.rate_limiter.back_off(error.retry_after)
                await self.registry.save(job.transition(Event.POSTPONE, job_states.Waiting()))
                raise
            except Unanswered:
                return await self.registry.save(job.transition(Event.LOSE_ANSWER, job_states.Unknown()))
            except RequestRefused as refusal:
                if refusal.reason is RefusalReason.MEDIA and self.uploader.is_fresh(job):
                    # Nothing was accepted, and the service may take some seconds until it knows a new image.
                    await self.registry.save(job.transition(Event.POSTPONE, job_states.Waiting()))
                    raise Unreachable("Leonardo doesn't have the image ready yet.") from None
                if refusal.reason is RefusalReason.MEDIA and await self.uploader.forget(job):
                    # An image that was uploaded earlier may be gone at the service. Nothing was accepted: once more.
                    waiting = job.transition(Event.POSTPONE, job_states.Waiting())
                    return await self.registry.save(replace(waiting, uploads={}))
                return await self._refuse(job, refusal)
            accepted = job_states.Generating(created.generation)
            return await self.registry.save(job.transition(Event.ACCEPT, accepted, cost=created.cost))

    async def _refuse(self, job: Job, refusal: RequestRefused) -> Job:
        state = job_states.Refused(refusal.message, refusal.hint, refusal.reason, refusal.vendor_message)
        return await self.registry.save(job.transition(Event.REFUSE, state, ended_at=self.clock()))

    async def _poll(self, job: Job, state: job_states.Generating) -> Job:
        result = await self.poller.wait_result(job, state)
        generation = result.generation
        if generation.status == "FAILED":
            failed = job_states.Failed(state.generation, FAILED.explanation)
            return await self.registry.save(job.transition(Event.FAIL, failed, ended_at=self.clock()))
        if generation.status == "COMPLETE" and (video := generation.video):
            made = job_states.Made(state.generation, video.id, video.video, video.poster)
            return await self.registry.save(
                job.transition(Event.COMPLETE, made, seed=generation.seed, generation_seconds=result.generation_seconds)
            )
        if generation.status == "COMPLETE":
            return await self._wait_for_video(job, state)
        return await self.registry.save(job.transition(Event.WAIT, job_states.Generating(state.generation)))

    async def _wait_for_video(self, job: Job, state: job_states.Generating) -> Job:
        since = self.clock() if state.empty_since is None else state.empty_since
        if self.clock() - since < self.schedule.empty_timeout:
            waiting = job_states.Generating(state.generation, since)
            return await self.registry.save(job.transition(Event.WAIT, waiting))
        blocked = job_states.Blocked(state.generation, BLOCKED.explanation)
        return await self.registry.save(job.transition(Event.BLOCK, blocked, ended_at=self.clock()))

    async def _download(self, job: Job, state: job_states.Downloading) -> Job:
        clip = await self.files.run_uncancellable(self.saver.find_saved, job)
        if clip is None:
            try:
                part = await self.files.run_uncancellable(self.saver.part_path, job)
                await self.remote.download(state.video, part, self._progress(job))
                clip = await self.files.run_uncancellable(self.saver.save, job, state.image, self.clock())
            except DestinationError:  # another URL wouldn't help
                raise
            except KlingError:  # the URL may have expired: ask for a new one
                await self.registry.save(job.transition(Event.REFRESH_LINKS, job_states.Generating(state.generation)))
                raise
        done = job_states.Done(state.generation, state.image, str(clip.file), str(clip.poster))
        finished = job.transition(Event.FINISH, done, ended_at=self.clock())
        return await self.registry.save(replace(finished, notice=clip.notice, has_credentials=clip.has_credentials))

    def _progress(self, job: Job) -> Progress:
        return partial(self.events.emit, self.events.progressed, job.id)
