from dataclasses import replace
from decimal import Decimal

from kling_desktop.domain.draft import Draft
from kling_desktop.domain.form import resolve
from kling_desktop.domain.job import Cost, Job
from kling_desktop.domain.model import Slot
from kling_desktop.domain.money import estimate
from tests.domain.drafts import VIDEO

FIVE, TEN = Draft(prompt="a cat"), Draft(prompt="a cat", duration=10)
EDIT = FIVE.holding(Slot.VIDEO_REFERENCE_BASE, (VIDEO,))


def job(draft: Draft, amount: str, unit: str = "DOLLARS") -> Job:
    return Job("j", "sandbox", "default", "window", "/clips", draft, 0.0, cost=Cost(Decimal(amount), unit))


def test_without_receipts_the_price_that_was_seen_stands() -> None:
    assert str(estimate(FIVE)) == "$0.755"
    assert str(estimate(TEN)) == "$1.51"
    assert estimate(replace(FIVE, duration=7)) is None


def test_the_newest_receipt_of_the_same_kind_counts() -> None:
    receipts = [job(TEN, "2"), job(EDIT, "3"), job(FIVE, "484", "CREDITS"), job(FIVE, "1")]
    assert str(estimate(FIVE, receipts)) == "484 credits"
    assert str(estimate(EDIT, receipts)) == "$3"
    assert str(estimate(TEN, receipts[1:])) == "$1.51"


def test_takes_cost_each() -> None:
    price = estimate(TEN)
    assert price
    assert str(price.times(3)) == "$4.53"


def test_takes_with_a_seed_are_pointed_out() -> None:
    assert resolve(replace(FIVE, takes=3)).takes.note == ""
    assert resolve(replace(FIVE, takes=3, seed=1)).takes.note == "All takes use the same seed"
