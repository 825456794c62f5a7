"""What was spent, added up for people and exported for spreadsheets."""

import csv
import io
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.jobs.job import CREDITS, DOLLARS, Cost
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.models import GenerationType
from kling_desktop.domain.spending.prices import PriceKey, Totals
from kling_desktop.domain.spending.report import Charge, ReportGrouping, build_report, charges_to_csv

NOON = datetime(2026, 11, 25, 12).astimezone().timestamp()
DAY = 86_400.0
TEN = Charge(
    *("job-1", "studio", "window", "run-1", "charged", NOON),
    *(
        PriceKey(GenerationType.TEXT, 10, 1920, 1080, Draft().model),
        "snow",
        "g-1",
        Cost(Decimal("1.51"), DOLLARS),
        False,
        "A fox\nin the snow",
    ),
)
NAMES = {"snow": "Snow"}


def name(preset: str) -> str:
    return NAMES.get(preset, "")


def test_a_clip_s_row_says_what_when_and_how_certain() -> None:
    statement = build_report([replace(TEN, is_estimate=True), replace(TEN, prompt="")], ReportGrouping.CLIP, name)
    assert [line.name for line in statement.rows] == ["A fox in the snow", "Removed clip"]
    assert statement.rows[0].detail == "25 Nov, 12:00 · Text, 10 s · estimated"
    assert (str(statement.spent), statement.count, statement.estimated) == ("$3.02", 2, 1)


def test_refunds_are_shown_separately_and_not_counted() -> None:
    statement = build_report([TEN, replace(TEN, state="refunded")], ReportGrouping.DAY, name)
    [line] = statement.rows
    assert (line.name, str(line.spent)) == ("Wednesday, 25 November 2026", "$1.51")
    assert line.detail == "1 take · $1.51 refunded, as far as we know"
    assert (str(statement.spent), str(statement.refunded)) == ("$1.51", "$1.51")


def test_charges_are_grouped_as_the_user_wants() -> None:
    charges = [
        TEN,
        replace(TEN, preset="", at=NOON - DAY),
        replace(TEN, preset="gone", profile="home", at=NOON - 40 * DAY, session=""),
    ]

    def names(by: ReportGrouping) -> list[str]:
        return [line.name for line in build_report(charges, by, name).rows]

    assert names(ReportGrouping.DAY) == [
        "Wednesday, 25 November 2026",
        "Tuesday, 24 November 2026",
        "Friday, 16 October 2026",
    ]
    assert names(ReportGrouping.MONTH) == ["November 2026", "October 2026"]
    assert names(ReportGrouping.PRESET) == ["Snow", "No preset", "Deleted preset"]
    assert names(ReportGrouping.PROFILE) == ["studio", "home"]
    assert names(ReportGrouping.SESSION) == ["From 24 Nov 2026, 12:00", "Before sessions were recorded"]


@given(
    st.lists(
        st.builds(Cost, st.decimals(min_value=0, max_value=99, places=3), st.sampled_from([DOLLARS, CREDITS])),
        max_size=8,
    ),
    st.sampled_from(list(ReportGrouping)),
)
def test_every_grouping_has_the_same_total(costs: list[Cost], by: ReportGrouping) -> None:
    charges = [replace(TEN, amount=cost, at=NOON - 9 * DAY * n, session=f"{n % 2}") for n, cost in enumerate(costs)]
    statement = build_report(charges, by, name)
    assert statement.spent == Totals(costs)
    assert sum((line.spent for line in statement.rows), Totals()) == statement.spent


def test_a_csv_of_charges_is_read_back_and_contains_no_formulas() -> None:
    odd = replace(TEN, prompt='=cmd|"/c calc"!A1\n, "x"', profile="-1+1", at=NOON - DAY, amount=None, state="unknown")
    rows = list(csv.DictReader(io.StringIO(charges_to_csv([TEN, odd], name), newline="")))
    assert [row["amount"] for row in rows] == ["", "1.51"], "the oldest first"
    assert rows[0]["prompt"] == "'" + odd.prompt
    assert rows[0]["profile"] == "'-1+1"
    assert rows[0]["state"] == "outcome unknown, counted as spent"
    assert datetime.fromisoformat(rows[1]["sent"]).timestamp() == NOON
    assert (rows[1]["preset"], rows[1]["unit"], rows[1]["generation"]) == ("Snow", "DOLLARS", "g-1")
