"""What taking a job back really does, state by state: nothing is promised that the service doesn't offer."""

from dataclasses import dataclass

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job import Job


@dataclass(frozen=True, slots=True)
class CancelEffect:
    """sentence is the truth, said before anything is done; deed names the button, "" where nothing can be done.

    at_once: it costs nothing and can be undone, so nobody is asked.
    """

    message: str
    label: str = ""
    is_undoable: bool = False


def cancel_effect(job: Job) -> CancelEffect:
    """What becomes of a job that the user wants to be rid of."""
    costs = f"costs {job.cost}" if job.cost else "costs what it costs"
    match job.state:
        case job_states.Waiting() | job_states.Held() | job_states.Uploading():
            return CancelEffect("Taken back before it was sent. Nothing is charged.", "Cancel", is_undoable=True)
        case job_states.Sending():
            return CancelEffect("It is being sent this very moment, so it can't be taken back any more.")
        case job_states.Unknown():
            return CancelEffect(
                "Forgetting stops looking for this clip here. If Leonardo has taken the order, it goes on there, and "
                f"{costs}.",
                "Forget it",
            )
        case job_states.Generating():
            return CancelEffect(
                "Leonardo is making it and can't be told to stop. Forgetting stops looking for this clip here; there "
                f"it goes on, and {costs}.",
                "Forget it",
            )
        case job_states.Made() | job_states.Downloading():
            return CancelEffect(
                f"It is made, and {costs}. Forgetting stops the download; the clip stays at Leonardo alone.",
                "Forget it",
            )
        case _:
            return CancelEffect(
                "It has ended. Removing it takes it off the list.", "Remove from list", is_undoable=True
            )
