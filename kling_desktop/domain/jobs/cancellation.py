"""What taking a job back really does, state by state: nothing is promised that the service doesn't offer."""

from dataclasses import dataclass

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job import Job


@dataclass(frozen=True, slots=True)
class TakingBack:
    """sentence is the truth, said before anything is done; deed names the button, "" where nothing can be done.

    at_once: it costs nothing and can be undone, so nobody is asked.
    """

    sentence: str
    deed: str = ""
    at_once: bool = False


def taking_back(job: Job) -> TakingBack:
    """What becomes of a job that the user wants to be rid of."""
    costs = f"costs {job.cost}" if job.cost else "costs what it costs"
    match job.state:
        case job_states.Waiting() | job_states.Held() | job_states.Uploading():
            return TakingBack("Taken back before it was sent. Nothing is charged.", "Cancel", at_once=True)
        case job_states.Sending():
            return TakingBack("It is being sent this very moment, so it can't be taken back any more.")
        case job_states.Unknown():
            return TakingBack(
                "Forgetting stops looking for this clip here. If Leonardo has taken the order, it goes on there, and "
                f"{costs}.",
                "Forget it",
            )
        case job_states.Generating():
            return TakingBack(
                "Leonardo is making it and can't be told to stop. Forgetting stops looking for this clip here; there "
                f"it goes on, and {costs}.",
                "Forget it",
            )
        case job_states.Made() | job_states.Downloading():
            return TakingBack(
                f"It is made, and {costs}. Forgetting stops the download; the clip stays at Leonardo alone.",
                "Forget it",
            )
        case _:
            return TakingBack("It has ended. Removing it takes it off the list.", "Remove from list", at_once=True)
