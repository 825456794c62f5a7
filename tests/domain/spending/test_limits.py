"""Spending limits: which submissions the user has to confirm, and why."""

from datetime import datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.spending.limits import (
    Headroom,
    LimitPeriod,
    SpendingLimits,
    Spent,
    headroom,
    limit_problem,
    remaining_text,
    start_of_day,
    takes_within_limit,
)
from kling_desktop.domain.spending.prices import CREDITS, DOLLARS, Cost, Totals

AMOUNTS = st.decimals(min_value="0.001", max_value=1000, places=3)
NOTHING = Spent(Totals(), Totals())


def dollars(amount: str | int | Decimal) -> Cost:
    return Cost(Decimal(amount), DOLLARS)


def spent(day: str, session: str = "0") -> Spent:
    return Spent(Totals([dollars(day)]), Totals([dollars(session)]))


def test_a_submission_that_reaches_the_limit_exactly_is_fine() -> None:
    caps = SpendingLimits(day=dollars(10))
    assert limit_problem(caps, spent("5.47"), [dollars("1.51")] * 3) == ""
    assert (
        limit_problem(caps, spent("5.48"), [dollars("1.51")] * 3)
        == "This would bring today's spending to about $10.01, over your daily limit of $10.00."
    )


def test_limits_that_cannot_be_read_let_nothing_pass_unasked() -> None:
    unknown = SpendingLimits(are_unknown=True)
    assert unknown
    assert "can't be read" in limit_problem(unknown, NOTHING, [dollars("0.01")])
    assert "can't be read" in limit_problem(unknown, NOTHING, [None])
    assert limit_problem(unknown, NOTHING, []) == ""
    assert takes_within_limit(unknown, NOTHING, [dollars(1)]) == ()


def test_the_session_limit_counts_separately() -> None:
    caps = SpendingLimits(day=dollars(10), session=dollars(2))
    assert limit_problem(caps, spent("0", "1"), [dollars("1")]) == ""
    assert "bring this session's spending to about $2.10" in limit_problem(caps, spent("0", "1"), [dollars("1.1")])


def test_without_a_limit_there_is_no_problem() -> None:
    assert limit_problem(SpendingLimits(), spent("1000"), [dollars("1000"), None]) == ""


def test_a_price_that_cannot_be_compared_is_a_problem() -> None:
    caps = SpendingLimits(day=dollars(10))
    assert "isn't known" in limit_problem(caps, NOTHING, [None])
    why = limit_problem(caps, NOTHING, [Cost(Decimal(1), CREDITS)])
    assert why == "Your daily limit is in dollars, but this costs credits, so it can't be counted against the limit."


def test_what_was_spent_in_another_unit_does_not_count() -> None:
    before = Spent(Totals([Cost(Decimal(5000), CREDITS)]), Totals())
    assert limit_problem(SpendingLimits(day=dollars(10)), before, [dollars("9.99")]) == ""


def test_the_nearest_limit_decides_the_headroom() -> None:
    caps = SpendingLimits(day=dollars(10), session=dollars(20))
    assert headroom(caps, spent("3.02", "3.02"), [dollars("1.51")] * 3) == (dollars("2.45"), LimitPeriod.DAY)
    assert headroom(caps, spent("0", "19")) == (dollars(1), LimitPeriod.SESSION)
    assert headroom(caps, spent("9"), [dollars(2)]) == (dollars(-1), LimitPeriod.DAY)
    assert headroom(caps, spent("9"), [Cost(Decimal(2), CREDITS)]) is None
    assert headroom(SpendingLimits(), spent("9")) is None


def test_the_remaining_amount_is_that_of_the_limit_or_else_of_the_balance() -> None:
    price = [Cost(Decimal(484), CREDITS)]
    assert remaining_text(Headroom(dollars("2.45"), LimitPeriod.DAY), 5000, price) == (
        "leaves $2.45 of today's limit",
        False,
    )
    assert remaining_text(Headroom(dollars("-1"), LimitPeriod.DAY), None, price) == ("$1.00 over today's limit", True)
    assert remaining_text(None, 5000, price) == ("leaves 4,516 credits", False)
    assert remaining_text(None, 400, price) == ("more than the 400 credits left", True)
    assert remaining_text(None, 5000, [dollars(1)]) == ("", False), "dollars are not taken from credits"
    assert remaining_text(None, 5000, [*price, dollars(1)]) == ("", False)
    assert remaining_text(None, None, price) == ("", False)


@given(AMOUNTS, st.lists(AMOUNTS), st.lists(AMOUNTS, min_size=1))
def test_a_submission_is_a_problem_exactly_when_the_sum_exceeds_the_limit(
    cap: Decimal, before: list[Decimal], order: list[Decimal]
) -> None:
    was = Spent(Totals(map(dollars, before)), Totals())
    prices = [dollars(amount) for amount in order]
    passes = sum(before, Decimal(0)) + sum(order, Decimal(0)) > cap
    assert bool(limit_problem(SpendingLimits(day=dollars(cap)), was, prices)) == passes
    left = headroom(SpendingLimits(day=dollars(cap)), was, prices)
    assert left
    assert (left.amount.amount < 0) == passes


@given(AMOUNTS, AMOUNTS, st.lists(AMOUNTS))
def test_allowed_takes_stay_within_the_limit_and_no_other_would(
    cap: Decimal, before: Decimal, order: list[Decimal]
) -> None:
    caps, was, prices = SpendingLimits(day=dollars(cap)), spent(str(before)), [dollars(amount) for amount in order]
    fits = takes_within_limit(caps, was, prices)
    some = [prices[number] for number in fits]
    assert limit_problem(caps, was, some) == ""
    assert all(limit_problem(caps, was, [*some, price]) for number, price in enumerate(prices) if number not in fits)


def test_a_take_of_unknown_price_or_in_another_unit_is_never_allowed() -> None:
    prices = [None, dollars("0.755"), Cost(Decimal(484), CREDITS), dollars("0.755"), dollars("0.755")]
    assert takes_within_limit(SpendingLimits(day=dollars("2")), spent("0.1"), prices) == (1, 3)


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_other_units_never_count_against_a_limit(cap: Decimal, dollars_spent: Decimal, credits_spent: Decimal) -> None:
    both = Totals([dollars(dollars_spent), Cost(credits_spent, CREDITS)])
    alone = Totals([dollars(dollars_spent)])
    order, caps = [dollars("0.755")], SpendingLimits(day=dollars(cap))
    assert limit_problem(caps, Spent(both, both), order) == limit_problem(caps, Spent(alone, alone), order)


@given(st.integers(1_600_000_000, 2_000_000_000))
def test_a_day_begins_at_midnight_and_contains_its_moment(moment: int) -> None:
    start = start_of_day(moment)
    midnight = datetime.fromtimestamp(start).astimezone()
    assert (midnight.hour, midnight.minute, midnight.second) == (0, 0, 0)
    assert start <= moment < start + 25 * 3600
    assert start_of_day(start) == start
