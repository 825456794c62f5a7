"""The spending limits that the user sets, and what a submission would do to them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import Decimal
from enum import Enum
from types import MappingProxyType
from typing import NamedTuple

from kling_desktop.domain.spending.prices import CREDITS, DOLLARS, NO_USER_PRICES, Cost, Totals, UserPrices


@dataclass(frozen=True, slots=True)
class SpendingLimits:
    """The most to spend in a day, and from the start of the program to its end. None means no limit.

    If they are unknown, limits were set that can't be read any more: the user confirms everything until they are set
    again.
    """

    day: Cost | None = None
    session: Cost | None = None
    are_unknown: bool = False

    def __bool__(self) -> bool:
        return bool(self.day or self.session or self.are_unknown)


@dataclass(frozen=True, slots=True)
class Spent:
    """What counts against the limits: what was spent today, and in this run of the program."""

    day: Totals
    session: Totals


@dataclass(frozen=True, slots=True)
class PriceSettings:
    """What the user has set about money, and when today began, in seconds since the epoch."""

    limits: SpendingLimits = field(default_factory=SpendingLimits)
    user_prices: UserPrices = NO_USER_PRICES
    day_start: float = 0.0


class LimitPeriod(Enum):
    """What a limit is for."""

    DAY = "day"
    SESSION = "session"


class Headroom(NamedTuple):
    """What the nearest limit leaves, below 0 if it is exceeded, and which limit that is."""

    amount: Cost
    period: LimitPeriod


class Remaining(NamedTuple):
    """What a submission leaves, in words, and whether it is more than there is."""

    text: str = ""
    exceeds: bool = False


class _LimitSentences(NamedTuple):
    over_limit: str
    unknown_price: str
    other_unit: str
    leaves: str
    exceeds: str


_SENTENCES: Mapping[LimitPeriod, _LimitSentences] = MappingProxyType(
    {
        LimitPeriod.DAY: _LimitSentences(
            "This would bring today's spending to about {total}, over your daily limit of {limit}.",
            "The price of this isn't known, so it can't be counted against your daily limit of {limit}.",
            "Your daily limit is in {limit_unit}, but this costs {unit}, so it can't be counted against the limit.",
            "leaves {amount} of today's limit",
            "{amount} over today's limit",
        ),
        LimitPeriod.SESSION: _LimitSentences(
            "This would bring this session's spending to about {total}, over your limit of {limit} per session.",
            "The price of this isn't known, so it can't be counted against your limit of {limit} per session.",
            "Your limit per session is in {limit_unit}, but this costs {unit}, so it can't be counted against the "
            "limit.",
            "leaves {amount} of this session's limit",
            "{amount} over this session's limit",
        ),
    }
)
_UNKNOWN = "Your spending limits can't be read, so this can't be counted against them. Set them again in Settings."
_UNIT_NAMES = {DOLLARS: "dollars", CREDITS: "credits"}


def start_of_day(now: float) -> float:
    """Return when the local day of a moment began. Both are in seconds since the epoch."""
    return datetime.combine(datetime.fromtimestamp(now).astimezone().date(), time.min).timestamp()


def limit_problem(limits: SpendingLimits, spent: Spent, prices: Iterable[Cost | None]) -> str:
    """Why the user has to confirm a submission before it is sent; "" if it stays within every limit.

    A price that can't be compared with a limit has to be confirmed.

    Args:
        prices: The price of each take; None if unknown.
    """
    takes = list(prices)
    if limits.are_unknown and takes:
        return _UNKNOWN
    problems = (_problem(period, limit, before, takes) for period, limit, before in _limits(limits, spent))
    return next(filter(None, problems), "")


def takes_within_limit(limits: SpendingLimits, spent: Spent, prices: Iterable[Cost | None]) -> tuple[int, ...]:
    """Return which takes, counted from 0, stay within every limit together. Earlier takes come first."""
    within = []
    for number, price in enumerate(prices):
        if not limit_problem(limits, spent, [price]):
            within.append(number)
            spent = Spent(spent.day + Totals([price]), spent.session + Totals([price]))
    return tuple(within)


def headroom(limits: SpendingLimits, spent: Spent, prices: Iterable[Cost | None] = ()) -> Headroom | None:
    """Return what the nearest limit leaves once the prices are paid; None if there is no limit in their unit."""
    totals = Totals(prices)
    rooms = []
    for period, limit, before in _limits(limits, spent):
        if all(total.unit == limit.unit for total in totals):
            left = limit.amount - before.of(limit.unit).amount - totals.of(limit.unit).amount
            rooms.append(Headroom(Cost(left, limit.unit), period))
    if len({room.amount.unit for room in rooms}) > 1:
        return rooms[0]
    return min(rooms, key=lambda room: room.amount.amount, default=None)


def remaining_text(room: Headroom | None, credits: int | None, prices: Sequence[Cost | None]) -> Remaining:
    """Say what a submission leaves of the nearest limit, or else of the account's credits if it costs only credits."""
    if room:
        left, sentences = room.amount, _SENTENCES[room.period]
        exceeds = left.amount < 0
        template = sentences.exceeds if exceeds else sentences.leaves
        return Remaining(template.format(amount=Cost(abs(left.amount), left.unit)), exceeds)
    total = list(Totals(prices))
    if credits is None or [cost.unit for cost in total] != [CREDITS]:
        return Remaining()
    after = credits - total[0].amount
    if after < 0:
        return Remaining(f"more than the {credits:,} credits left", exceeds=True)
    return Remaining(f"leaves {Cost(after, CREDITS)}")


def _limits(limits: SpendingLimits, spent: Spent) -> Iterator[tuple[LimitPeriod, Cost, Totals]]:
    """Yield the limits that are set, each with what counts against it."""
    if limits.day:
        yield LimitPeriod.DAY, limits.day, spent.day
    if limits.session:
        yield LimitPeriod.SESSION, limits.session, spent.session


def _problem(period: LimitPeriod, limit: Cost, before: Totals, prices: list[Cost | None]) -> str:
    sentences = _SENTENCES[period]
    if not prices:
        return ""
    if any(price is None for price in prices):
        return sentences.unknown_price.format(limit=limit)
    total = Totals(prices)
    for price in total:
        if price.unit != limit.unit:
            return sentences.other_unit.format(limit_unit=_unit_name(limit.unit), unit=_unit_name(price.unit))
    after = Cost(before.of(limit.unit).amount + total.of(limit.unit).amount, limit.unit)
    if total.of(limit.unit).amount <= Decimal(0) or after.amount <= limit.amount:
        return ""
    return sentences.over_limit.format(total=after, limit=limit)


def _unit_name(unit: str) -> str:
    return _UNIT_NAMES.get(unit, unit.lower())
