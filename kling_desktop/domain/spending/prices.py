"""What a generation is likely to cost. An estimate is always shown as "about"."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from kling_desktop.domain.jobs.job import CREDITS as CREDITS
from kling_desktop.domain.jobs.job import DOLLARS as DOLLARS
from kling_desktop.domain.jobs.job import Cost as Cost
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.generation_type import type_of
from kling_desktop.domain.request.models import GenerationType

_AMOUNT = re.compile(r"([0-9]{1,9})(?:([.,])([0-9]{1,4}))?")
UNITS = (DOLLARS, CREDITS)
SNAPSHOT_DATE = "2026-08"
# Seen at the live service in 2026-08: by duration in seconds, for any aspect ratio. Edits may cost more.
SNAPSHOT_COSTS: Mapping[int, Cost] = MappingProxyType(
    {5: Cost(Decimal("0.755"), DOLLARS), 10: Cost(Decimal("1.51"), DOLLARS)}
)


class PriceKey(NamedTuple):
    """What a price depends on: the generation type, the length in seconds, and the size in pixels."""

    type: GenerationType
    seconds: int
    width: int
    height: int


class PaidPrice(NamedTuple):
    """What a generation really cost."""

    key: PriceKey
    cost: Cost


def price_key(draft: Draft) -> PriceKey:
    return PriceKey(type_of(draft), draft.duration, draft.size.width, draft.size.height)


@dataclass(frozen=True, slots=True)
class UserPrices:
    """What a take costs according to the user: by its length in seconds, and for edits of any length."""

    by_length: Mapping[int, Cost] = field(default_factory=lambda: MappingProxyType({}))
    edit: Cost | None = None

    def of(self, key: PriceKey) -> Cost | None:
        return self.edit if key.type is GenerationType.EDIT else self.by_length.get(key.seconds)


NO_USER_PRICES = UserPrices()


@dataclass(frozen=True, slots=True)
class Prices:
    """What takes are likely to cost.

    The user's own price counts first, then what the latest take of this kind really cost, then the snapshot.

    Attributes:
        exact: The latest prices that were paid.
        similar: The same by whether it was an edit and by length, regardless of size.
    """

    exact: Mapping[PriceKey, Cost] = field(default_factory=lambda: MappingProxyType({}))
    similar: Mapping[tuple[bool, int], Cost] = field(default_factory=lambda: MappingProxyType({}))
    user: UserPrices = NO_USER_PRICES

    def of(self, draft: Draft) -> Cost | None:
        """Return the price of one take; None if nothing is known."""
        kind = price_key(draft)
        return (
            self.user.of(kind)
            or self.exact.get(kind)
            or self.similar.get(_similarity_key(kind))
            or SNAPSHOT_COSTS.get(kind.seconds)
        )

    def source_of(self, draft: Draft) -> str:
        """Return where that price comes from, as a sentence."""
        kind = price_key(draft)
        if self.user.of(kind):
            return "The price you set in Settings."
        if kind in self.exact or _similarity_key(kind) in self.similar:
            return "What the last clip like this cost."
        return f"The price as of {SNAPSHOT_DATE}. It may have changed since."


def learn_prices(paid: Iterable[PaidPrice], user: UserPrices = NO_USER_PRICES) -> Prices:
    """Build prices from what was paid, newest first."""
    exact: dict[PriceKey, Cost] = {}
    alike: dict[tuple[bool, int], Cost] = {}
    for kind, cost in paid:
        exact.setdefault(kind, cost)
        alike.setdefault(_similarity_key(kind), cost)
    return Prices(MappingProxyType(exact), MappingProxyType(alike), user)


def _similarity_key(kind: PriceKey) -> tuple[bool, int]:
    return kind.type is GenerationType.EDIT, kind.seconds


SNAPSHOT_PRICES = Prices()
"""The snapshot alone."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What is shown next to Generate.

    Attributes:
        price: Of one take; None if unknown.
        source: Where the price comes from, as a sentence.
        remaining: What all takes leave of a limit or of the balance, in words.
        exceeds: They cost more than there is.
    """

    price: Cost | None
    source: str = ""
    remaining: str = ""
    exceeds: bool = False


def snapshot_quote(draft: Draft) -> Quote:
    """Return a quote from the snapshot alone."""
    return Quote(SNAPSHOT_PRICES.of(draft), SNAPSHOT_PRICES.source_of(draft))


def parse_amount(text: str) -> Decimal | None:
    """Parse an amount above 0 as people type it: "10", "$7.50", "7,50"; None for an empty text.

    "1,000" could mean one or a thousand, so it is refused.

    Raises:
        ValueError: The text isn't an amount. The message says what to type, for people.
    """
    bare = text.strip().removeprefix("$").removesuffix("credits").strip()
    if not bare:
        return None
    found = _AMOUNT.fullmatch(bare)
    if not found or (found[2] == "," and len(found[3]) == 3 and found[1] != "0"):
        raise ValueError("Enter a number such as 10 or 7.50, without thousands separators.")
    if not (amount := Decimal(bare.replace(",", "."))):
        raise ValueError("Enter an amount above 0, or leave this empty.")
    return amount


class Totals:
    """Sums of money, one per unit. Units that add up to nothing are left out."""

    __slots__ = ("_amounts",)

    def __init__(self, costs: Iterable[Cost | None] = ()) -> None:
        amounts: dict[str, Decimal] = {}
        for cost in costs:
            if cost is not None:
                amounts[cost.unit] = amounts.get(cost.unit, Decimal(0)) + cost.amount
        self._amounts = {unit: amount for unit, amount in amounts.items() if amount}

    def of(self, unit: str) -> Cost:
        return Cost(self._amounts.get(unit, Decimal(0)), unit)

    def __iter__(self) -> Iterator[Cost]:
        """Yield dollars first, then credits, then unknown units."""
        order = {unit: place for place, unit in enumerate(UNITS)}
        for unit in sorted(self._amounts, key=lambda unit: (order.get(unit, len(order)), unit)):
            yield Cost(self._amounts[unit], unit)

    def __add__(self, other: "Totals") -> "Totals":
        return Totals((*self, *other))

    def __bool__(self) -> bool:
        return bool(self._amounts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Totals) and self._amounts == other._amounts

    def __hash__(self) -> int:
        return hash(frozenset(self._amounts.items()))

    def __str__(self) -> str:
        """Return "$3.02" or "$3.02 and 484 credits"; "nothing" for an empty sum."""
        return " and ".join(str(cost) for cost in self) or "nothing"

    def __repr__(self) -> str:
        return f"Totals({list(self)!r})"
