"""What the rows of the queue say, and how they are sorted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import PENDING
from kling_desktop.domain.request.generation_type import type_of
from kling_desktop.ui.library.cards.card import Card, title

MAX_PENDING_CARDS = 12
"""So many waiting jobs have cards among the clips; with more, none has."""


class QueueSection(IntEnum):
    """The sections of the queue from top to bottom."""

    NEEDS_ATTENTION = 0
    ACTIVE = 1
    PENDING = 2
    FINISHED = 3


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One job: the card's state at the left, title above details in the middle, the card's buttons at the right."""

    card: Card
    title: str
    below: str


def queue_row(job: Job, card: Card, *, is_foreign: bool = False) -> QueueRow:
    """What its card says, in two lines. is_foreign: another program runs the job, and only that one can change it."""
    if is_foreign:
        idle = replace(card, left="", right="", fraction=None, buttons=(), menu=())
        return QueueRow(idle, title(job), "Run by another program: a render, or another window")
    details = f"{type_of(job.draft).value} · {job.draft.size.aspect} · {job.draft.duration} s"
    return QueueRow(card, title(job), job.notice or _reason(job, card) or details)


def section_of(job: Job) -> QueueSection:
    """The section of a job: what needs the user comes first, what has ended last."""
    match job.state:
        case job_states.Unknown(needs_user=True) | job_states.Failed() | job_states.Blocked() | job_states.Refused():
            return QueueSection.NEEDS_ATTENTION
        case job_states.Cancelled() | job_states.Forgotten() | job_states.Done():
            return QueueSection.FINISHED
        case _:
            return QueueSection.PENDING if isinstance(job.state, PENDING[:2]) else QueueSection.ACTIVE


def has_card(job: Job, pending: int) -> bool:
    """Whether it is shown among the clips as well, unless it has ended without one.

    pending: how many pending jobs there are. Many waiting ones would push the clips out of sight.
    """
    if isinstance(job.state, job_states.Waiting):
        return pending <= MAX_PENDING_CARDS
    return not isinstance(job.state, job_states.Cancelled | job_states.Forgotten)


def sorted_jobs(jobs: Iterable[Job], order: Sequence[str]) -> list[Job]:
    """The jobs of the queue by section: the pending ones in their order, all others by age. Clips aren't among them.

    order: the IDs of the pending jobs, the next one first.
    """
    positions = {job_id: position for position, job_id in enumerate(order)}

    def key(job: Job) -> tuple[int, float, float]:
        section = section_of(job)
        position = positions.get(job.id, len(positions)) if section is QueueSection.PENDING else 0
        return section, position, job.created_at

    return sorted((job for job in jobs if not isinstance(job.state, job_states.Done)), key=key)


def _reason(job: Job, card: Card) -> str:
    """Why it is in its state, with the service's own words."""
    if isinstance(job.state, job_states.Refused) and job.state.vendor_message:
        return f"{card.reason} Leonardo said: “{job.state.vendor_message}”"
    return card.reason
