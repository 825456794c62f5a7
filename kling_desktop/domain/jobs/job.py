"""A job: one generation, from the moment the user asks for it until its clip is on disk."""

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
    """What the service says a generation cost; unit as it writes it, DOLLARS or CREDITS, never mixed."""

    amount: Decimal
    unit: str

    def times(self, number: int) -> "Cost":
        return Cost(self.amount * number, self.unit)

    def __str__(self) -> str:
        """ "$4.53", "$0.755", "4,875 credits": no digit is lost, and dollars have two places at least."""
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
    """One order. It belongs to a service (its base address) and a profile and goes on only there.

    origin: "window" or "render". folder: where the clip goes. Times are seconds since the epoch.
    uploads maps a local file, or what was made of it for this size, to the image ID it got, so that none goes up twice.
    sent_skew: by how many seconds the server's clock was ahead of this one as it was sent, where that was known.
    user: whose account it was sent from, by the service's ID, where that was known: profiles may share one.
    seed is what the service reported, took the seconds from the sending until it was done there, where that was seen
    closely enough. notice is the latest thing worth telling while it goes on by itself.
    It is the take of that number, 1 first, of so many that were ordered with one click.
    preset_name: what the form's preset was called. naming: the template for the name of the clip, as it was when the
    job was ordered; empty for the usual one.
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

    @property
    def generation(self) -> str:
        """The service's ID for it, once known."""
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
