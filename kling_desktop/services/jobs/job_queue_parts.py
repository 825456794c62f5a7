"""All that carries the jobs of one account from order to clip, put together."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from kling_desktop.domain.jobs.job import Job
from kling_desktop.services.clips.clip_saver import ClipSaver
from kling_desktop.services.jobs.create_rate_limit import CreateRateLimiter
from kling_desktop.services.jobs.duration_stats import DurationStats
from kling_desktop.services.jobs.events import JobEvents
from kling_desktop.services.jobs.poller import GenerationPoller
from kling_desktop.services.jobs.registry import JobRegistry
from kling_desktop.services.jobs.runner import JobRunner
from kling_desktop.services.jobs.scheduler import SendScheduler
from kling_desktop.services.jobs.steps import JobSteps
from kling_desktop.services.jobs.unknown_outcomes import UnknownOutcomes
from kling_desktop.services.jobs.uploads import ImageUploader
from kling_desktop.services.poll_schedule import PollSchedule, Sleep, retry_notice
from kling_desktop.services.remote import Remote
from kling_desktop.store.jobs.job_store import JobStore


class Carrying:
    """shelf has the jobs, line says whose turn it is, carrier moves them, doubts are those whose answer never came.
    files is for what blocks on clips and pictures, times knows how long jobs take. owner names this process.
    """

    def __init__(
        self,
        remote: Remote,
        store: JobStore,
        owner: str,
        landing: ClipSaver,
        account: tuple[str, str],
        pace: PollSchedule,
        clock: Callable[[], float],
        sleep: Sleep,
        news: JobEvents,
    ) -> None:
        service, profile = account
        self._news = news
        self.files = ThreadPoolExecutor(2, thread_name_prefix="clips on disk")
        self.times = DurationStats()
        self.shelf = JobRegistry(store, owner, self._show, lambda job_id: news.emit(news.removed, job_id))
        self.line = SendScheduler(self.shelf.jobs, self.shelf.owned)
        self.uploads = ImageUploader(remote, store, self.shelf.on_disk, self.files, service=service, profile=profile)
        self._follower = GenerationPoller(remote, pace, clock, sleep, self.times.estimate, self._trouble)
        matching = asyncio.Lock()
        steps = JobSteps(
            remote=remote,
            uploads=self.uploads,
            follower=self._follower,
            store=store,
            on_disk=self.shelf.on_disk,
            files=self.files,
            landing=landing,
            pace=pace,
            clock=clock,
            sleep=sleep,
            keep=self.shelf.save,
            keep_sent=self.shelf.save_sending,
            claim=lambda job, generation: self.doubts.claim(job, generation),
            progress=lambda job_id, moved, total: news.emit(news.progressed, job_id, moved, total),
            halted=lambda: self.carrier.why_not_send,
            line=self.line,
            orders=CreateRateLimiter(pace, clock, sleep),
            matching=matching,
        )
        self.carrier = JobRunner(
            self.shelf,
            steps.step,
            pace,
            clock,
            sleep,
            halted=lambda why: news.emit(news.sending_stopped, why),
            line=self.line,
            capped=lambda job_id, why: news.emit(news.limit_reached, job_id, why),
        )
        self.doubts = UnknownOutcomes(
            self.shelf, store, self.carrier, remote, service, matching, lambda job: news.emit(news.reconciled, job)
        )

    async def close(self, grace: float) -> None:
        """Stop everything, resumably; a request whose answer is on its way gets grace seconds to be heard."""
        await self.carrier.close(grace)
        await self.uploads.close()
        await self._follower.close()
        await self.shelf.close()
        await asyncio.to_thread(self.files.shutdown)

    def _trouble(self, job_id: str, what: str, wait: float) -> None:
        if job := self.shelf.jobs.get(job_id):
            self.shelf.publish(replace(job, notice=retry_notice(what, wait)))

    def _show(self, job: Job) -> None:
        self.times.record([job])
        self._news.emit(self._news.changed, job)
        self.line.admit()
