"""Filters of a query, and which jobs it shows."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.library.clip_query import (
    ClipQuery,
    ClipSort,
    FilterKind,
    LineageFilter,
    LineageScope,
    Period,
    period_bounds,
)
from kling_desktop.domain.request.draft import Draft, Origin
from kling_desktop.domain.request.generation_type import GenerationType
from kling_desktop.domain.request.models import Size

NOW = datetime(2026, 3, 29, 14, 2).astimezone()
FAILED = Job(
    "j", "s", "Studio", "window", "/clips",
    Draft(prompt="Fox in snow", duration=10, size=Size(1440, 1440), preset="noir"),
    NOW.timestamp() - 60, job_states.Failed("g", "It failed."),
)  # fmt: skip


def test_a_filter_can_be_switched_on_and_off() -> None:
    query = (
        ClipQuery()
        .toggle(FilterKind.TYPES, GenerationType.TEXT)
        .toggle(FilterKind.MIN_RATING, 3)
        .toggle(FilterKind.PERIOD, Period.WEEK)
        .with_period_bounds(NOW)
    )
    assert query.is_set(FilterKind.TYPES, GenerationType.TEXT)
    assert query.kinds == (FilterKind.TYPES, FilterKind.MIN_RATING, FilterKind.PERIOD)
    assert query.since == period_bounds(Period.WEEK, NOW)[0]
    assert query.toggle(FilterKind.TYPES, GenerationType.START).types == {GenerationType.TEXT, GenerationType.START}
    assert query.toggle(FilterKind.MIN_RATING, 4).min_rating == 4
    again = (
        query.toggle(FilterKind.TYPES, GenerationType.TEXT)
        .toggle(FilterKind.MIN_RATING, 3)
        .toggle(FilterKind.PERIOD, Period.WEEK)
    )
    assert again == ClipQuery()
    assert again.is_plain
    assert query.without(FilterKind.MIN_RATING).min_rating == 0
    assert not replace(ClipQuery(), text="cat").matches_all
    assert ClipQuery(text="  ").matches_all
    assert ClipQuery().toggle(FilterKind.HAS_PROBLEM, True).toggle(FilterKind.HAS_PROBLEM, True) == ClipQuery()
    assert ClipQuery(sort=ClipSort.NEWEST).is_plain


def test_jobs_made_from_a_clip_are_shown_with_its_clips() -> None:
    child = replace(FAILED, draft=Draft(origin=Origin("parent")), state=job_states.Generating("g"))
    for kinship, shown in ((LineageScope.CHILDREN, True), (LineageScope.ALL, True), (LineageScope.PARENTS, False)):
        query = ClipQuery().toggle(FilterKind.LINEAGE, LineageFilter("parent", kinship, "A fox"))
        assert query.includes_job(child) is shown
        assert not query.includes_job(FAILED)
        assert query.toggle(FilterKind.LINEAGE, LineageFilter("parent", kinship)) == ClipQuery()


def test_days_begin_at_local_midnight() -> None:
    midnight = NOW.replace(hour=0, minute=0)
    begin, end = period_bounds(Period.TODAY, NOW)
    assert begin == midnight.timestamp()
    assert end > NOW.timestamp() + 86_400
    week, _ = period_bounds(Period.WEEK, NOW)
    assert datetime.fromtimestamp(week).astimezone().date() == (midnight - timedelta(days=6)).date()
    assert period_bounds(Period.BEFORE, NOW) == (0.0, period_bounds(Period.YEAR, NOW)[0])


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        (ClipQuery(), True),
        (ClipQuery(text="sno FOX"), True),
        (ClipQuery(text="dog"), False),
        (ClipQuery(types=frozenset({GenerationType.TEXT, GenerationType.EDIT})), True),
        (ClipQuery(types=frozenset({GenerationType.EDIT})), False),
        (ClipQuery(aspects=frozenset({"1:1"}), seconds=frozenset({10})), True),
        (ClipQuery(aspects=frozenset({"16:9"})), False),
        (ClipQuery(seconds=frozenset({5})), False),
        (ClipQuery(presets=frozenset({"noir"}), profiles=frozenset({"Studio"})), True),
        (ClipQuery(presets=frozenset({""})), False),
        (ClipQuery(profiles=frozenset({"default"})), False),
        (ClipQuery(period=Period.TODAY), True),
        (ClipQuery(period=Period.BEFORE), False),
        (ClipQuery(has_problem=True), True),
        (ClipQuery(min_rating=1), False),
        (ClipQuery(flags=frozenset({"pick"})), False),
        (ClipQuery(flags=frozenset({""})), True),
        (ClipQuery(tags=frozenset({"client"})), False),
    ],
)
def test_a_failed_job_follows_the_query(query: ClipQuery, shown: bool) -> None:
    assert query.with_period_bounds(NOW).includes_job(FAILED) is shown


def test_jobs_under_way_are_shown_unless_problems_are_searched_for() -> None:
    under_way = replace(FAILED, state=job_states.Generating("g"))
    assert not ClipQuery(has_problem=True).includes_job(under_way)
    assert ClipQuery(has_problem=True).includes_job(replace(FAILED, state=job_states.Unknown()))
    assert ClipQuery(text="dog", min_rating=5).includes_job(under_way)


def test_a_cancelled_job_is_no_problem() -> None:
    assert not ClipQuery(has_problem=True).includes_job(replace(FAILED, state=job_states.Cancelled()))
