"""Match jobs of unknown outcome with the account's list. The caller reads the list, claims and waits."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from kling_desktop.domain.jobs.generation import Generation
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Sending, Unknown

MATCH_WINDOW = 120.0
"""How many seconds before or after sending a generation can have been created to be a candidate."""

MAX_SKEW = 31 * 86_400.0
"""With a clock that is wrong by more seconds there would be no secure connection: such a date is made up."""


@dataclass(frozen=True, slots=True)
class Matches:
    """What was found for a group of equal jobs.

    Attributes:
        attached: The generation of each job that is certain, by job ID.
        candidates: The generations that could be each job, by job ID.
        is_settled: No job of the group is still being sent.
    """

    attached: Mapping[str, str]
    candidates: Mapping[str, tuple[str, ...]]
    is_settled: bool = True


def sent_at_server_time(job: Job, skew: float) -> float | None:
    """Return when a job was sent by the server's clock.

    The skew known at the time of sending counts, because our clock may have been set since.

    Args:
        skew: How many seconds the server's clock is ahead of ours now.
    """
    if job.sent_at is None:
        return None
    was_known = job.sent_skew is not None and abs(job.sent_skew) <= MAX_SKEW
    return job.sent_at + ((job.sent_skew or 0.0) if was_known else skew)


def is_candidate(job: Job, generation: Generation, skew: float) -> bool:
    """Whether a generation has a job's size, prompt and time."""
    size, sent = job.draft.size, sent_at_server_time(job, skew)
    return (
        sent is not None
        and generation.created_at is not None
        and (generation.width, generation.height) == (size.width, size.height)
        and generation.prompt.strip() == job.draft.prompt.strip()
        and abs(generation.created_at.timestamp() - sent) <= MATCH_WINDOW
    )


def reconcile(
    job: Job, jobs: Iterable[Job], seen: Iterable[Generation], claimed: Collection[str], skew: float
) -> Matches:
    """Match a job and its equals as a group.

    All are attached if there are as many matches as unknown jobs; anything else is for the user to decide. Nothing is
    attached while a job of the group is still being sent, or may belong to another account.

    Args:
        jobs: All jobs of unknown outcome at the service. Other profiles count, because they may share the account.
        seen: The generations in the account's list.
        claimed: The IDs of generations that belong to a job already.
        skew: How many seconds the server's clock is ahead of ours now.
    """
    free = [generation for generation in seen if generation.id not in claimed]
    group = [other for other in jobs if _equal(job, other, skew) and _may_share(job, other)]
    unknown = sorted(
        (other for other in group if isinstance(other.state, Unknown)),
        key=lambda other: sent_at_server_time(other, skew) or 0,
    )
    matches = {other.id: [g for g in free if is_candidate(other, g, skew)] for other in unknown}
    found = {g.id: g for gs in matches.values() for g in gs}
    candidates = {name: tuple(g.id for g in gs) for name, gs in matches.items()}
    if any(isinstance(other.state, Sending) for other in group):
        return Matches({}, candidates, is_settled=False)
    shared = all(other.profile == job.profile or (job.user and other.user) for other in group)
    if shared and len(found) == len(unknown) and all(len(gs) == len(unknown) for gs in matches.values()):
        in_order = sorted(found.values(), key=lambda g: g.created_at.timestamp() if g.created_at else 0)
        return Matches({other.id: g.id for other, g in zip(unknown, in_order, strict=True)}, candidates)
    return Matches({}, candidates)


def without_claimed(state: Unknown, claimed: Collection[str]) -> Unknown:
    """Return the state without the candidates that other jobs have claimed."""
    return replace(state, candidates=tuple(name for name in state.candidates if name not in claimed))


def _may_share(one: Job, other: Job) -> bool:
    """Whether two jobs may have been sent from one account."""
    return one.user == other.user or not (one.user and other.user)


def _equal(one: Job, other: Job, skew: float) -> bool:
    """Whether the generations of two jobs look the same in the service's list."""
    sent, others = sent_at_server_time(one, skew), sent_at_server_time(other, skew)
    return (
        one.draft.size == other.draft.size
        and one.draft.prompt.strip() == other.draft.prompt.strip()
        and sent is not None
        and others is not None
        and abs(sent - others) <= 2 * MATCH_WINDOW
    )
