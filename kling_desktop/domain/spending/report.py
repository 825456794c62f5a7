"""What was spent, added up by clip, day, month, session, preset or profile, and as a CSV table."""

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from kling_desktop.domain.jobs.job import Cost
from kling_desktop.domain.spending.prices import PriceKey, Totals
from kling_desktop.domain.text import plural

REFUNDED = "refunded"
CHARGE_STATES: Mapping[str, str] = MappingProxyType(
    {
        "sent": "sent, no answer yet",
        "unknown": "outcome unknown, counted as spent",
        "charged": "charged",
        REFUNDED: "refunded, as far as we know",
    }
)


@dataclass(frozen=True, slots=True)
class Charge:
    """What sending a job cost.

    Attributes:
        state: A key of CHARGE_STATES.
        at: When it was sent, in seconds since the epoch.
        amount: None if unknown.
        is_estimate: The amount is what it is likely to have cost.
        prompt: "" if the job is gone.
    """

    job: str
    profile: str
    submitted_from: str
    session: str
    state: str
    at: float
    price_key: PriceKey
    preset: str
    generation: str
    amount: Cost | None
    is_estimate: bool
    prompt: str = ""

    @property
    def status(self) -> str:
        """What is special about it, in words; "" for a plain charge."""
        if self.state == "charged":
            return "estimated" if self.is_estimate else ""
        return CHARGE_STATES[self.state]


class ReportGrouping(StrEnum):
    """What charges are grouped by."""

    CLIP = "clip"
    DAY = "day"
    MONTH = "month"
    SESSION = "session"
    PRESET = "preset"
    PROFILE = "profile"


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A group of charges: its name, details, how many takes it has, and their total."""

    name: str
    detail: str
    count: int
    spent: Totals


@dataclass(frozen=True, slots=True)
class SpendingReport:
    """All charges of a period: the total, the number of takes and how many are estimated, refunds, and the groups."""

    spent: Totals
    count: int
    estimated: int
    refunded: Totals
    rows: tuple[ReportRow, ...]


def build_report(
    charges: Sequence[Charge], grouping: ReportGrouping, preset_name: Callable[[str], str]
) -> SpendingReport:
    """Add up charges, newest first.

    Args:
        preset_name: Returns the name of a preset by its ID; "" if it is gone.
    """
    counted = [charge for charge in charges if charge.state != REFUNDED]
    groups: dict[str, list[Charge]] = {}
    for number, charge in enumerate(charges):
        groups.setdefault(str(number) if grouping is ReportGrouping.CLIP else _key(charge, grouping), []).append(charge)
    return SpendingReport(
        Totals(charge.amount for charge in counted),
        len(counted),
        sum(charge.is_estimate for charge in counted),
        Totals(charge.amount for charge in charges if charge.state == REFUNDED),
        tuple(_row(group, grouping, preset_name) for group in groups.values()),
    )


def charges_to_csv(charges: Iterable[Charge], preset_name: Callable[[str], str]) -> str:
    """Return charges as CSV, oldest first. Text that a spreadsheet would take for a formula is escaped."""
    import csv  # only needed for an export

    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(
        (
            *("sent", "state", "amount", "unit", "estimated", "way", "seconds", "width", "height", "preset", "profile"),
            *("from", "session", "job", "generation", "prompt"),
        )
    )
    for charge in sorted(charges, key=lambda charge: charge.at):
        cost = (charge.amount.amount, charge.amount.unit) if charge.amount else ("", "")
        kind = (charge.price_key.type.value, charge.price_key.seconds, charge.price_key.width, charge.price_key.height)
        texts = (_escaped(text) for text in (preset_name(charge.preset), charge.profile))
        ends = (charge.submitted_from, charge.session, charge.job, charge.generation, _escaped(charge.prompt))
        when = datetime.fromtimestamp(charge.at).astimezone().isoformat(timespec="seconds")
        state = (CHARGE_STATES[charge.state], *cost, "yes" if charge.is_estimate else "no")
        table.writerow((when, *state, *kind, *texts, *ends))
    return written.getvalue()


def _key(charge: Charge, by: ReportGrouping) -> str:
    when = datetime.fromtimestamp(charge.at).astimezone()
    match by:
        case ReportGrouping.DAY:
            return f"{when:%Y-%m-%d}"
        case ReportGrouping.MONTH:
            return f"{when:%Y-%m}"
        case ReportGrouping.SESSION:
            return charge.session
        case ReportGrouping.PRESET:
            return charge.preset
        case _:
            return charge.profile


def _row(group: Sequence[Charge], by: ReportGrouping, preset_name: Callable[[str], str]) -> ReportRow:
    if by is ReportGrouping.CLIP:
        [charge] = group
        when = datetime.fromtimestamp(charge.at).astimezone()
        length = f"{charge.price_key.type.value}, {charge.price_key.seconds} s"
        detail = " · ".join(filter(None, (f"{when.day} {when:%b, %H:%M}", length, charge.status)))
        return ReportRow(" ".join(charge.prompt.split()) or "Removed clip", detail, 1, Totals([charge.amount]))
    counted = [charge for charge in group if charge.state != REFUNDED]
    refunded = Totals(charge.amount for charge in group if charge.state == REFUNDED)
    estimated = sum(charge.is_estimate for charge in counted)
    details = [plural(len(counted), one="{count} take", other="{count} takes")]
    if estimated:
        details.append(plural(estimated, one="{count} estimated", other="{count} estimated"))
    if refunded:
        details.append(f"{refunded} refunded, as far as we know")
    return ReportRow(
        _name(group, by, preset_name),
        " · ".join(details),
        len(counted),
        Totals(charge.amount for charge in counted),
    )


def _name(group: Sequence[Charge], by: ReportGrouping, preset_name: Callable[[str], str]) -> str:
    one = group[0]
    when = datetime.fromtimestamp(min(charge.at for charge in group)).astimezone()
    match by:
        case ReportGrouping.DAY:
            return f"{when:%A}, {when.day} {when:%B %Y}"
        case ReportGrouping.MONTH:
            return f"{when:%B %Y}"
        case ReportGrouping.SESSION:
            return f"From {when.day} {when:%b %Y, %H:%M}" if one.session else "Before sessions were recorded"
        case ReportGrouping.PRESET:
            return (preset_name(one.preset) or "Deleted preset") if one.preset else "No preset"
        case _:
            return one.profile


def _escaped(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
