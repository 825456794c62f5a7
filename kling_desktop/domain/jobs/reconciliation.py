"""Finding jobs of unknown outcome in the account's list. Pure: the caller looks, claims and waits."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from kling_desktop.domain.jobs.generation import Generation
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Sending, Unknown

MATCH_WINDOW = 120.0
"""Seconds around the sending within which a generation can be the one."""


@dataclass(frozen=True, slots=True)
class Matches:
    """attached: job id → generation beyond doubt. candidates: job id → generations that could be it.

    settled: whether none of the group is still being sent.
    """

    attached: Mapping[str, str]
    candidates: Mapping[str, tuple[str, ...]]
    is_settled: bool = True


def sent_at_server_time(job: Job, skew: float) -> float | None:
    """When the job was sent by the server's clock; skew is by how much that is ahead of ours now, in seconds.

    What was known of it at the sending counts: our own clock may have been set since.
    """
    return None if job.sent_at is None else job.sent_at + (skew if job.sent_skew is None else job.sent_skew)


def is_candidate(job: Job, generation: Generation, skew: float) -> bool:
    """Whether a generation has the job's size, prompt and time; skew is the server's clock less ours, in seconds."""
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
    """Match a job and its equals as a group: as many finds as unknown jobs attaches them all, anything else asks.

    jobs: all that are in doubt at the service, those of other profiles too, as these may share the account. While one
    of the group is still being sent, nothing is attached; nor where nobody knows whether one is of the same account.
    """
    free = [generation for generation in seen if generation.id not in claimed]
    group = [other for other in jobs if _equal(job, other, skew) and _may_share(job, other)]
    lost = sorted(
        (other for other in group if isinstance(other.state, Unknown)),
        key=lambda other: sent_at_server_time(other, skew) or 0,
    )
    finds = {other.id: [g for g in free if is_candidate(other, g, skew)] for other in lost}
    found = {g.id: g for gs in finds.values() for g in gs}
    candidates = {name: tuple(g.id for g in gs) for name, gs in finds.items()}
    if any(isinstance(other.state, Sending) for other in group):
        return Matches({}, candidates, is_settled=False)
    shared = all(other.profile == job.profile or (job.user and other.user) for other in group)
    if shared and len(found) == len(lost) and all(len(gs) == len(lost) for gs in finds.values()):
        in_order = sorted(found.values(), key=lambda g: g.created_at.timestamp() if g.created_at else 0)
        return Matches({other.id: g.id for other, g in zip(lost, in_order, strict=True)}, candidates)
    return Matches({}, candidates)


def without_claimed(state: Unknown, claimed: Collection[str]) -> Unknown:
    """The same doubt, but for what other jobs have been given meanwhile."""
    return replace(state, candidates=tuple(name for name in state.candidates if name not in claimed))


def _may_share(one: Job, other: Job) -> bool:
    """Whether they may have been sent from one account."""
    return one.user == other.user or not (one.user and other.user)


def _equal(one: Job, other: Job, skew: float) -> bool:
    """Whether the service's list could not tell their generations apart."""
    sent, others = sent_at_server_time(one, skew), sent_at_server_time(other, skew)
    return (
        one.draft.size == other.draft.size
        and one.draft.prompt.strip() == other.draft.prompt.strip()
        and sent is not None
        and others is not None
        and abs(sent - others) <= 2 * MATCH_WINDOW
    )
