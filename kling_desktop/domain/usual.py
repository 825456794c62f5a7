"""How long a generation usually takes, learned from the user's own."""

from collections.abc import Iterable

from kling_desktop.domain.job import Job
from kling_desktop.domain.states import Done
from kling_desktop.domain.ways import Way, way_of


def usual_seconds(job: Job, jobs: Iterable[Job]) -> float | None:
    """The median time from sending to the clip on disk of finished jobs of the same length, edits apart; or None."""
    from statistics import median  # fractions and random with it: more than the start should pay for

    edits = way_of(job.draft) is Way.EDIT
    times = [
        other.ended_at - other.sent_at
        for other in jobs
        if isinstance(other.state, Done)
        and other.ended_at is not None
        and other.sent_at is not None
        and other.draft.duration == job.draft.duration
        and (way_of(other.draft) is Way.EDIT) == edits
    ]
    return median(times) if times else None
