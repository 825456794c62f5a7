"""What a take is likely to cost, and sums of money that never mix units."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.jobs.job import Cost
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.form import resolve
from kling_desktop.domain.request.model_table import KLING_O1
from kling_desktop.domain.request.models import GenerationType, Size, Slot
from kling_desktop.domain.spending.prices import (
    CREDITS,
    DOLLARS,
    SNAPSHOT_PRICES,
    PaidPrice,
    PriceKey,
    Totals,
    UserPrices,
    learn_prices,
    parse_amount,
    price_key,
)
from tests.domain.draft_strategies import VIDEO

FIVE, TEN = Draft(prompt="a cat"), Draft(prompt="a cat", duration=10)
EDIT = FIVE.with_media(Slot.VIDEO_REFERENCE_BASE, (VIDEO,))
COSTS = st.builds(
    Cost,
    st.decimals(min_value=0, max_value=100_000, places=4, allow_nan=False),
    st.sampled_from([DOLLARS, CREDITS, "TOKENS"]),
)


def receipt(draft: Draft, amount: str, unit: str = DOLLARS) -> PaidPrice:
    return PaidPrice(price_key(draft), Cost(Decimal(amount), unit))


def test_without_paid_prices_the_snapshot_counts() -> None:
    assert str(SNAPSHOT_PRICES.of(FIVE)) == "$0.755"
    assert str(SNAPSHOT_PRICES.of(TEN)) == "$1.51"
    assert SNAPSHOT_PRICES.of(replace(FIVE, duration=7)) is None
    assert "2026-08" in SNAPSHOT_PRICES.source_of(FIVE)


def test_the_latest_paid_price_of_the_same_kind_counts() -> None:
    receipts = [receipt(TEN, "2"), receipt(EDIT, "3"), receipt(FIVE, "484", CREDITS), receipt(FIVE, "1")]
    prices = learn_prices(receipts)
    assert str(prices.of(FIVE)) == "484 credits"
    assert str(prices.of(EDIT)) == "$3.00"
    assert str(learn_prices(receipts[1:]).of(TEN)) == "$1.51"
    assert prices.source_of(FIVE) == "What the last clip like this cost."


def test_the_same_size_counts_before_the_same_length() -> None:
    square = replace(FIVE, size=Size(1440, 1440))
    assert str(learn_prices([receipt(FIVE, "0.8"), receipt(square, "0.6")]).of(square)) == "$0.60"
    assert str(learn_prices([receipt(FIVE, "0.8")]).of(square)) == "$0.80"
    assert str(learn_prices([receipt(EDIT, "0.8")]).of(square)) == "$0.755", "an edit says nothing about the rest"


def test_the_user_s_own_price_comes_first() -> None:
    own = UserPrices({5: Cost(Decimal("0.9"), DOLLARS)}, edit=Cost(Decimal(2), DOLLARS))
    prices = learn_prices([receipt(FIVE, "1"), receipt(EDIT, "3"), receipt(TEN, "2")], own)
    assert [str(prices.of(draft)) for draft in (FIVE, EDIT, TEN)] == ["$0.90", "$2.00", "$2.00"]
    assert "Settings" in prices.source_of(FIVE)


def test_a_price_depends_on_type_length_and_size() -> None:
    assert price_key(EDIT) == PriceKey(GenerationType.EDIT, 5, 1920, 1080, EDIT.model)


def test_every_take_costs_its_price() -> None:
    price = SNAPSHOT_PRICES.of(TEN)
    assert price
    assert str(price.times(3)) == "$4.53"


def test_takes_with_a_seed_have_a_note() -> None:
    assert resolve(replace(FIVE, takes=3), KLING_O1).takes.note == ""
    assert resolve(replace(FIVE, takes=3, seed=1), KLING_O1).takes.note == "All takes use the same seed"


@pytest.mark.parametrize(
    ("cost", "words"),
    [
        (Cost(Decimal("1.510"), DOLLARS), "$1.51"),
        (Cost(Decimal("0.755"), DOLLARS), "$0.755"),
        (Cost(Decimal(12345), DOLLARS), "$12,345.00"),
        (Cost(Decimal("-2.5"), DOLLARS), "-$2.50"),
        (Cost(Decimal("1E+3"), CREDITS), "1,000 credits"),
        (Cost(Decimal("484.50"), CREDITS), "484.5 credits"),
    ],
)
def test_money_is_written_as_people_write_it(cost: Cost, words: str) -> None:
    assert str(cost) == words


def test_sums_are_written_one_unit_after_the_other() -> None:
    costs = [Cost(Decimal(484), CREDITS), Cost(Decimal("1.51"), DOLLARS), None, Cost(Decimal("1.51"), DOLLARS)]
    assert str(Totals(costs)) == "$3.02 and 484 credits"
    assert str(Totals()) == "nothing"


@given(st.lists(COSTS | st.none()), st.lists(COSTS | st.none()))
def test_sums_never_mix_units_and_lose_nothing(some: list[Cost | None], others: list[Cost | None]) -> None:
    together = Totals(some) + Totals(others)
    assert together == Totals([*others, *some])
    for unit in (DOLLARS, CREDITS, "TOKENS"):
        expected = sum((cost.amount for cost in (*some, *others) if cost and cost.unit == unit), Decimal(0))
        assert together.of(unit) == Cost(expected, unit)


@pytest.mark.parametrize(
    ("text", "amount"),
    [("10", "10"), ("$10.00", "10"), (" 7,50 ", "7.5"), ("0,755", "0.755"), ("5000 credits", "5000"), ("", None)],
)
def test_an_amount_is_parsed_as_people_write_it(text: str, amount: str | None) -> None:
    assert parse_amount(text) == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize("text", ["ten", "-1", "1,000", "1.000.000", "1e9", "NaN", "1" * 20, "0", "٣"])
def test_an_ambiguous_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Enter"):
        parse_amount(text)
