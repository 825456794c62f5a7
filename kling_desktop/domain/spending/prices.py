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
from kling_desktop.domain.request.model_table import RATES_SEEN, find_model
from kling_desktop.domain.request.models import GenerationType, Rate, Size

_AMOUNT = re.compile(r"([0-9]{1,9})(?:([.,])([0-9]{1,4}))?")
UNITS = (DOLLARS, CREDITS)
_USER_PRICED_MODEL = Draft().model
"""The model that the user's own prices are for."""
_TENTH_OF_A_CENT = Decimal("0.001")


class PriceKey(NamedTuple):
    """What a price depends on: the generation type, the length in seconds, the size in pixels, the model and sound."""

    type: GenerationType
    seconds: int
    width: int
    height: int
    model: str
    has_sound: bool = False


_SimilarityKey = tuple[bool, int, str, bool, str]


class PaidPrice(NamedTuple):
    """What a generation really cost."""

    key: PriceKey
    cost: Cost


def price_key(draft: Draft) -> PriceKey:
    has_sound = draft.sound and find_model(draft.model).has_sound
    return PriceKey(type_of(draft), draft.duration, draft.size.width, draft.size.height, draft.model, has_sound)


def seen_price(key: PriceKey) -> Cost | None:
    """Return what such a take cost when the service's prices were last read; None if nobody saw it."""
    rate = _rate_of(key)
    if rate is None:
        return None
    amount = (rate.per_second * key.seconds).quantize(_TENTH_OF_A_CENT).normalize()
    return Cost(amount, DOLLARS)


def _rate_of(key: PriceKey) -> Rate | None:
    spec = find_model(key.model)
    if key.seconds not in spec.durations:
        return None
    return spec.rate_of(Size(key.width, key.height), has_sound=key.has_sound)


@dataclass(frozen=True, slots=True)
class UserPrices:
    """What a take costs according to the user: by its length in seconds, and for edits of any length."""

    by_length: Mapping[int, Cost] = field(default_factory=lambda: MappingProxyType({}))
    edit: Cost | None = None

    def of(self, key: PriceKey) -> Cost | None:
        if key.model != _USER_PRICED_MODEL:
            return None
        return self.edit if key.type is GenerationType.EDIT else self.by_length.get(key.seconds)


NO_USER_PRICES = UserPrices()


@dataclass(frozen=True, slots=True)
class Prices:
    """What takes are likely to cost.

    The user's own price counts first, then what the latest take of this kind really cost, then the snapshot.

    Attributes:
        exact: The latest prices that were paid.
        similar: The same by model, sound, length and whether it was an edit, regardless of the aspect ratio.
    """

    exact: Mapping[PriceKey, Cost] = field(default_factory=lambda: MappingProxyType({}))
    similar: Mapping[_SimilarityKey, Cost] = field(default_factory=lambda: MappingProxyType({}))
    user: UserPrices = NO_USER_PRICES

    def of(self, draft: Draft) -> Cost | None:
        """Return the price of one take; None if nothing is known."""
        kind = price_key(draft)
        return self.user.of(kind) or self.paid(kind) or seen_price(kind)

    def paid(self, key: PriceKey) -> Cost | None:
        """Return what the last such take really cost."""
        return self.exact.get(key) or self.similar.get(_similarity_key(key))

    def source_of(self, draft: Draft) -> str:
        """Return where that price comes from, as a sentence."""
        kind = price_key(draft)
        if self.user.of(kind):
            return "The price you set in Settings."
        if self.paid(kind):
            return "What the last clip like this cost."
        rate = _rate_of(kind)
        if rate is None:
            return "This price isn't known yet. Your first clip will show it."
        if not rate.is_seen:
            return f"Worked out from other prices as of {RATES_SEEN}. It may differ."
        return f"The price as of {RATES_SEEN}. It may have changed since."


def learn_prices(paid: Iterable[PaidPrice], user: UserPrices = NO_USER_PRICES) -> Prices:
    """Build prices from what was paid, newest first."""
    exact: dict[PriceKey, Cost] = {}
    alike: dict[_SimilarityKey, Cost] = {}
    for kind, cost in paid:
        exact.setdefault(kind, cost)
        alike.setdefault(_similarity_key(kind), cost)
    return Prices(MappingProxyType(exact), MappingProxyType(alike), user)


def _similarity_key(kind: PriceKey) -> _SimilarityKey:
    """The square and the upright size of a resolution cost as much as the wide one."""
    preset = find_model(kind.model).preset_of(Size(kind.width, kind.height))
    tier = preset.tier if preset else ""
    return kind.type is GenerationType.EDIT, kind.seconds, kind.model, kind.has_sound, tier


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
