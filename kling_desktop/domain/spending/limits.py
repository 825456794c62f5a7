"""Limits that the user sets for spending: what an order would do to them, as a sentence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import Decimal

from kling_desktop.domain.spending.prices import CREDITS, DOLLARS, NO_USER_PRICES, Cost, Totals, UserPrices

_WORDS = {DOLLARS: "dollars", CREDITS: "credits"}


@dataclass(frozen=True, slots=True)
class SpendingLimits:
    """The most to spend in a day, and from the start of the program to its end; None for no limit."""

    day: Cost | None = None
    session: Cost | None = None


@dataclass(frozen=True, slots=True)
class Spent:
    """What counts against the caps: of today, and of this run of the program."""

    day: Totals
    session: Totals


@dataclass(frozen=True, slots=True)
class PriceSettings:
    """What the user set about money, and when today began, in seconds since the epoch."""

    limits: SpendingLimits = field(default_factory=SpendingLimits)
    user_prices: UserPrices = NO_USER_PRICES
    day_start: float = 0.0


def start_of_day(now: float) -> float:
    """When the day of that moment began, by this machine's zone; both in seconds since the epoch."""
    return datetime.combine(datetime.fromtimestamp(now).astimezone().date(), time.min).timestamp()


def limit_problem(limits: SpendingLimits, spent: Spent, order: Iterable[Cost | None]) -> str:
    """Why an order needs the user's word before it is sent; "" when it stays under every cap.

    order: the price of each take, None where it isn't known. A price that can't be compared with a cap is asked about.
    """
    prices = list(order)
    looks = ((limits.day, spent.day, "today", "a day"), (limits.session, spent.session, "this session", "a session"))
    return next((why for cap, before, now, each in looks if cap and (why := _why(cap, before, prices, now, each))), "")


def takes_within_limit(limits: SpendingLimits, spent: Spent, prices: Iterable[Cost | None]) -> tuple[int, ...]:
    """Which takes of an order, counted from 0, stay under every cap together; those that come first have the room."""
    fitting = []
    for number, price in enumerate(prices):
        if not limit_problem(limits, spent, [price]):
            fitting.append(number)
            spent = Spent(spent.day + Totals([price]), spent.session + Totals([price]))
    return tuple(fitting)


def headroom(limits: SpendingLimits, spent: Spent, order: Iterable[Cost | None] = ()) -> tuple[Cost, str] | None:
    """What the nearest cap leaves once the order is paid, below 0 where it would be passed, and whose cap it is
    ("today's"); None where there is no cap in the order's unit.
    """
    prices = Totals(order)
    rooms = []
    for cap, before, whose in ((limits.day, spent.day, "today's"), (limits.session, spent.session, "this session's")):
        if cap and all(price.unit == cap.unit for price in prices):
            left = cap.amount - before.of(cap.unit).amount - prices.of(cap.unit).amount
            rooms.append((Cost(left, cap.unit), whose))
    if len({room.unit for room, _ in rooms}) > 1:
        return rooms[0]
    return min(rooms, key=lambda room: room[0].amount, default=None)


def remaining_text(
    room: tuple[Cost, str] | None, credits: int | None, prices: Sequence[Cost | None]
) -> tuple[str, bool]:
    """What an order leaves, in words, and whether that is more than there is: of the nearest cap (room_left), else of
    the account's credits where all of it costs credits; "" where neither can be told.
    """
    if room:
        rest, whose = room
        passes = rest.amount < 0
        return f"{'over' if passes else 'under'} {whose} cap by {Cost(abs(rest.amount), rest.unit)}", passes
    total = list(Totals(prices))
    if credits is None or [cost.unit for cost in total] != [CREDITS]:
        return "", False
    after = credits - total[0].amount
    if after < 0:
        return f"more than the {credits:,} credits left", True
    return f"leaves {Cost(after, CREDITS)}", False


def _why(cap: Cost, before: Totals, prices: list[Cost | None], now: str, each: str) -> str:
    if not prices:
        return ""
    if any(price is None for price in prices):
        return f"What this costs is not known, so it can't be counted against your cap of {cap} for {each}."
    total = Totals(prices)
    for price in total:
        if price.unit != cap.unit:
            return (
                f"Your cap for {each} is in {_word(cap.unit)}, and this costs {_word(price.unit)}: "
                "it can't be counted against the cap."
            )
    after = Cost(before.of(cap.unit).amount + total.of(cap.unit).amount, cap.unit)
    if total.of(cap.unit).amount <= Decimal(0) or after.amount <= cap.amount:
        return ""
    return f"This would bring {now} to about {after}, over your cap of {cap} for {each}."


def _word(unit: str) -> str:
    return _WORDS.get(unit, unit.lower())
