"""What getting rid of a job really does in each state. It promises nothing that the service doesn't offer."""

from dataclasses import dataclass

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.actions import JobAction
from kling_desktop.domain.jobs.job import Job


@dataclass(frozen=True, slots=True)
class CancelEffect:
    """What getting rid of a job means in its state.

    Args:
        message: What it does and costs, as one or more sentences.
        action: How to do it: cancel and remove can be undone, so nobody is asked; None where nothing can be done.
    """

    message: str
    action: JobAction | None = None


def cancel_effect(job: Job) -> CancelEffect:
    """What happens if the user wants to get rid of a job now."""
    cost = f"costs {job.cost}" if job.cost else "costs the usual price"
    match job.state:
        case job_states.Held() if job.takes == 1:  # where cancelling is offered as Undo
            return CancelEffect("Cancelled before it was sent. Nothing is charged.", JobAction.UNDO)
        case job_states.Waiting() | job_states.Held() | job_states.Uploading():
            return CancelEffect("Cancelled before it was sent. Nothing is charged.", JobAction.CANCEL)
        case job_states.Sending():
            return CancelEffect("It's being sent right now, so it can't be cancelled any more.")
        case job_states.Unknown():
            return CancelEffect(
                f"Forgetting stops looking for this clip here. If Leonardo accepted the request, it still {cost}.",
                JobAction.FORGET,
            )
        case job_states.Generating():
            return CancelEffect(
                "Leonardo is generating this clip and can't be told to stop. Forgetting stops looking for it here; "
                f"it still {cost}.",
                JobAction.FORGET,
            )
        case job_states.Made() | job_states.Downloading():
            return CancelEffect(
                f"The clip is finished and {cost}. Forgetting stops the download; the clip stays at Leonardo only.",
                JobAction.FORGET,
            )
        case _:
            return CancelEffect("It has ended. Removing it takes it off the list.", JobAction.REMOVE)
