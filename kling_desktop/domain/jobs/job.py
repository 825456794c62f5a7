"""A job: one submission's life, from the click until its clip is on disk."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Self, TypedDict, Unpack

from kling_desktop.domain.jobs.job_states import TERMINAL, TRANSITIONS, Event, JobState, Waiting
from kling_desktop.domain.request.draft import Draft

DOLLARS = "DOLLARS"
CREDITS = "CREDITS"


@dataclass(frozen=True, slots=True)
class Cost:
    """What a generation costs, in the unit that the service names: DOLLARS or CREDITS. Units are never mixed."""

    amount: Decimal
    unit: str

    def times(self, number: int) -> "Cost":
        return Cost(self.amount * number, self.unit)

    def __str__(self) -> str:
        """Return "$4.53", "$0.755", "4,875 credits": every digit is shown, and at least two decimals of dollars."""
        exponent = self.amount.normalize().as_tuple().exponent
        places = max(0, -exponent) if isinstance(exponent, int) else 0
        if self.unit == DOLLARS:
            sign = "-" if self.amount < 0 else ""
            return f"{sign}${abs(self.amount):,.{max(2, places)}f}"
        return f"{self.amount:,.{places}f} {self.unit.lower()}"


class JobFacts(TypedDict, total=False):
    """What becomes known about a job as it goes from one state to the next."""

    cost: Cost | None
    ended_at: float
    generation_seconds: float | None
    notice: str
    seed: int | None
    sent_at: float
    sent_skew: float | None
    user: str


@dataclass(frozen=True, slots=True)
class Job:
    """One generation that was asked for. It belongs to a service and a profile, and continues only there.

    Attributes:
        service: The base address of the service.
        submitted_from: "window" or "render".
        folder: Where the clip is saved.
        created_at: When it was submitted. This and the other times are in seconds since the epoch.
        uploads: The image ID that each local file, or what was made of it for this size, was uploaded as, so that
            nothing is uploaded twice.
        sent_skew: How many seconds the server's clock was ahead of this one when it was sent, if that was known.
        user: The account it was sent from, by the service's ID, if that was known. Profiles may share an account.
        seed: The seed that the service reported.
        generation_seconds: The time from sending it until the service was done, if that was seen closely enough.
        notice: The latest thing worth telling while it is under way.
        take: Which take of one click it is, counted from 1.
        takes: How many takes that click submitted.
        preset_name: The name of the form's preset.
        filename_template: The template for the clip's name at the time of submission; "" for the default one.
        has_credentials: Whether its clip carries Content Credentials, so that its bytes are kept.
    """

    id: str
    service: str
    profile: str
    submitted_from: str
    folder: str
    draft: Draft
    created_at: float
    state: JobState = field(default_factory=Waiting)
    uploads: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    sent_at: float | None = None
    sent_skew: float | None = None
    user: str = ""
    ended_at: float | None = None
    cost: Cost | None = None
    seed: int | None = None
    generation_seconds: float | None = None
    notice: str = ""
    take: int = 1
    takes: int = 1
    preset_name: str = ""
    filename_template: str = ""
    has_credentials: bool = False

    @property
    def generation(self) -> str:
        """The service's ID for it; "" until it is known."""
        return getattr(self.state, "generation", "")

    @property
    def is_terminal(self) -> bool:
        return isinstance(self.state, TERMINAL)

    def transition(self, event: Event, state: JobState, **facts: Unpack[JobFacts]) -> Self:
        """The job after an event, with what became known by it.

        Raises:
            ValueError: The transition table has no such step.
        """
        if TRANSITIONS.get((type(self.state), event)) is not type(state):
            raise ValueError(f"a {self.state.name} job cannot {event} to {state.name}")
        known: JobFacts = {"notice": "", **facts}
        return replace(self, state=state, **known)
