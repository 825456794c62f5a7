"""What getting rid of a job really does in each state. It promises nothing that the service doesn't offer."""

from dataclasses import dataclass
from typing import NamedTuple

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.actions import JobAction
from kling_desktop.domain.jobs.job import Job

UNDO_SECONDS = 10.0
"""How long a removal can be undone, in seconds."""


@dataclass(frozen=True, slots=True)
class CancelEffect:
    """What getting rid of a job means in its state.

    Attributes:
        message: What it does and costs, as one or more sentences.
        action: How to do it; None if nothing can be done. Nobody is asked before what can be undone.
    """

    message: str
    action: JobAction | None = None


class _CancelSentences(NamedTuple):
    """What forgetting does, where the job's cost is known and where it isn't."""

    with_cost: str
    without_cost: str

    def fill(self, job: Job) -> str:
        return self.with_cost.format(cost=job.cost) if job.cost else self.without_cost


_UNKNOWN = _CancelSentences(
    "Forgetting it stops looking for this clip. If Leonardo accepted the request, it still costs {cost}.",
    "Forgetting it stops looking for this clip. If Leonardo accepted the request, it is still charged.",
)
_GENERATING = _CancelSentences(
    "Leonardo is generating this clip and can't be told to stop. Forgetting it stops following it here; it still costs "
    "{cost}.",
    "Leonardo is generating this clip and can't be told to stop. Forgetting it stops following it here; it is still "
    "charged.",
)
_MADE = _CancelSentences(
    "The clip is finished and costs {cost}. Forgetting it stops the download; the clip stays at Leonardo only.",
    "The clip is finished and is charged. Forgetting it stops the download; the clip stays at Leonardo only.",
)


def cancel_effect(job: Job) -> CancelEffect:
    """Return what happens if the user wants to get rid of a job now."""
    match job.state:
        case job_states.Held() if job.takes == 1:  # where cancelling is offered as Undo
            return CancelEffect("Cancelled before it was sent. Nothing is charged.", JobAction.UNDO)
        case job_states.Waiting() | job_states.Held() | job_states.Uploading():
            return CancelEffect("Cancelled before it was sent. Nothing is charged.", JobAction.CANCEL)
        case job_states.Sending():
            return CancelEffect("It's being sent right now, so it can't be cancelled any more.")
        case job_states.Unknown():
            return CancelEffect(_UNKNOWN.fill(job), JobAction.FORGET)
        case job_states.Generating():
            return CancelEffect(_GENERATING.fill(job), JobAction.FORGET)
        case job_states.Made() | job_states.Downloading():
            return CancelEffect(_MADE.fill(job), JobAction.FORGET)
        case _:
            return CancelEffect("It has ended. Removing it takes it off the list.", JobAction.REMOVE)
