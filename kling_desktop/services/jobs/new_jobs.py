"""From what somebody asks for to jobs that have yet to be saved."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Event
from kling_desktop.domain.jobs.submission import Submission
from kling_desktop.store.jobs.job_store import SubmissionLinks


@dataclass(frozen=True, slots=True)
class NewJobs:
    """Whose they are, and by which clock they are made."""

    service: str
    profile: str
    origin: str
    clock: Callable[[], float]

    def make(
        self, orders: Sequence[Submission], folder: str, hold: float, naming: str
    ) -> tuple[list[Job], dict[str, SubmissionLinks]]:
        """A job for each take that is asked for, and by their IDs what they are for beside."""
        jobs, meant = list[Job](), dict[str, SubmissionLinks]()
        for order in orders:
            takes = list(self._takes(order, folder, hold, naming))
            meant |= {
                job.id: SubmissionLinks(key, order.force) for job, key in zip(takes, order.row_keys, strict=False)
            }
            if order.replaced_id:
                meant[takes[0].id] = SubmissionLinks(replaces=order.replaced_id)
            jobs += takes
        return jobs, meant

    def again(self, job: Job) -> Job:
        """As that one was before it was sent."""
        return replace(job, id=uuid4().hex, created_at=self.clock(), state=job_states.Waiting(), notice="")

    def _takes(self, order: Submission, folder: str, hold: float, naming: str) -> Iterator[Job]:
        draft, now = order.draft, self.clock()
        single = replace(draft, takes=1, replaces="")
        for take in range(1, draft.takes + 1):
            job = Job(uuid4().hex, self.service, self.profile, self.origin, folder, single, now)
            job = replace(job, take=take, takes=draft.takes, preset_name=order.preset_name, filename_template=naming)
            if old := order.replaces:
                job = replace(
                    job, folder=old.folder, take=old.take, takes=old.takes, filename_template=old.filename_template
                )
            yield job.transition(Event.HOLD, job_states.Held(now + hold)) if hold > 0 else job
