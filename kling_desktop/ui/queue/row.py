"""What the rows of the queue say, and in which order they stand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import PENDING
from kling_desktop.domain.request.generation_type import type_of
from kling_desktop.ui.library.cards.card import Card, title

MAX_PENDING_CARDS = 12
"""Unsent jobs that have cards among the clips."""


class QueueSection(IntEnum):
    """The parts of the queue from top to bottom."""

    NEEDS_ATTENTION = 0
    ACTIVE = 1
    PENDING = 2
    FINISHED = 3


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One job: the card's word and captions on the left, title and below in the middle, the card's buttons."""

    card: Card
    title: str
    below: str


def queue_row(job: Job, card: Card, *, elsewhere: bool = False) -> QueueRow:
    """The same as its card says, laid out in two lines. elsewhere: another program carries it, and it alone."""
    if elsewhere:
        shut = replace(card, left="", right="", fraction=None, buttons=(), menu=())
        return QueueRow(shut, title(job), "Another program carries it on: a render, or a window elsewhere")
    size, way = job.draft.size, type_of(job.draft).value
    said = (
        f" Leonardo said: “{job.state.vendor_message}”"
        if isinstance(job.state, job_states.Refused) and job.state.vendor_message
        else ""
    )
    reason = card.reason + said
    return QueueRow(card, title(job), job.notice or reason or f"{way} · {size.aspect} · {job.draft.duration} s")


def section_of(job: Job) -> QueueSection:
    """Where it stands: on top what waits for the user, at the end what nobody waits for any more."""
    match job.state:
        case job_states.Unknown(needs_user=True) | job_states.Failed() | job_states.Blocked() | job_states.Refused():
            return QueueSection.NEEDS_ATTENTION
        case job_states.Cancelled() | job_states.Forgotten() | job_states.Done():
            return QueueSection.FINISHED
        case _:
            return QueueSection.PENDING if isinstance(job.state, PENDING[:2]) else QueueSection.ACTIVE


def has_card(job: Job, unsent: int) -> bool:
    """Whether it stands among the clips as well: what is on its way to become one and what the user is asked about, but
    not what is over; of so many unsent in all only a few, or they would push the clips out of sight.
    """
    if isinstance(job.state, job_states.Waiting):
        return unsent <= MAX_PENDING_CARDS
    return not isinstance(job.state, job_states.Cancelled | job_states.Forgotten)


def sorted_jobs(jobs: Iterable[Job], line: Sequence[str]) -> list[Job]:
    """The queue's rows: the unsent as they will be sent, all others as they were made; clips are the library's."""
    places = {job_id: place for place, job_id in enumerate(line)}

    def key(job: Job) -> tuple[int, float, float]:
        part = section_of(job)
        place = places.get(job.id, len(places)) if part is QueueSection.PENDING else 0
        return part, place, job.created_at

    return sorted((job for job in jobs if not isinstance(job.state, job_states.Done)), key=key)
