"""What a query is and which jobs it leaves in sight."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.library.clip_query import Period, Query, Sort, span
from kling_desktop.domain.library.lineage_filter import Kindred, Kinship
from kling_desktop.domain.request.draft import Draft, Origin
from kling_desktop.domain.request.generation_type import GenerationType
from kling_desktop.domain.request.models import Size

NOW = datetime(2026, 3, 29, 14, 2).astimezone()
FAILED = Job(
    "j", "s", "Studio", "window", "/clips",
    Draft(prompt="Fox in snow", duration=10, size=Size(1440, 1440), preset="noir"),
    NOW.timestamp() - 60, job_states.Failed("g", "It failed."),
)  # fmt: skip


def test_a_filter_goes_on_and_off_again() -> None:
    query = (
        Query()
        .toggled("ways", GenerationType.TEXT)
        .toggled("least_rating", 3)
        .toggled("period", Period.WEEK)
        .dated(NOW)
    )
    assert query.holds("ways", GenerationType.TEXT)
    assert query.kinds == ("ways", "least_rating", "period")
    assert query.since == span(Period.WEEK, NOW)[0]
    assert query.toggled("ways", GenerationType.START).ways == {GenerationType.TEXT, GenerationType.START}
    assert query.toggled("least_rating", 4).least_rating == 4
    again = query.toggled("ways", GenerationType.TEXT).toggled("least_rating", 3).toggled("period", Period.WEEK)
    assert again == Query()
    assert again.is_plain
    assert query.without("least_rating").least_rating == 0
    assert not replace(Query(), words="cat").finds_all
    assert Query(words="  ").finds_all
    assert Query().toggled("troubled", True).toggled("troubled", True) == Query()
    assert Query(sort=Sort.NEWEST).is_plain


def test_what_is_being_made_from_a_clip_stands_among_what_was() -> None:
    child = replace(FAILED, draft=Draft(origin=Origin("parent")), state=job_states.Generating("g"))
    for kinship, shown in ((Kinship.CHILDREN, True), (Kinship.ALL, True), (Kinship.PARENTS, False)):
        query = Query().toggled("kin", Kindred("parent", kinship, "A fox"))
        assert query.shows(child) is shown
        assert not query.shows(FAILED)
        assert query.toggled("kin", Kindred("parent", kinship)) == Query()


def test_days_begin_at_midnight_here() -> None:
    midnight = NOW.replace(hour=0, minute=0)
    begin, end = span(Period.TODAY, NOW)
    assert begin == midnight.timestamp()
    assert end > NOW.timestamp() + 86_400
    week, _ = span(Period.WEEK, NOW)
    assert datetime.fromtimestamp(week).astimezone().date() == (midnight - timedelta(days=6)).date()
    assert span(Period.BEFORE, NOW) == (0.0, span(Period.YEAR, NOW)[0])


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        (Query(), True),
        (Query(words="sno FOX"), True),
        (Query(words="dog"), False),
        (Query(ways=frozenset({GenerationType.TEXT, GenerationType.EDIT})), True),
        (Query(ways=frozenset({GenerationType.EDIT})), False),
        (Query(aspects=frozenset({"1:1"}), seconds=frozenset({10})), True),
        (Query(aspects=frozenset({"16:9"})), False),
        (Query(seconds=frozenset({5})), False),
        (Query(presets=frozenset({"noir"}), profiles=frozenset({"Studio"})), True),
        (Query(presets=frozenset({""})), False),
        (Query(profiles=frozenset({"default"})), False),
        (Query(period=Period.TODAY), True),
        (Query(period=Period.BEFORE), False),
        (Query(troubled=True), True),
        (Query(least_rating=1), False),
        (Query(flags=frozenset({"pick"})), False),
        (Query(flags=frozenset({""})), True),
        (Query(tags=frozenset({"client"})), False),
    ],
)
def test_what_became_no_clip_follows_the_query(query: Query, shown: bool) -> None:
    assert query.dated(NOW).shows(FAILED) is shown


def test_what_is_on_its_way_is_in_sight_unless_trouble_is_looked_for() -> None:
    under_way = replace(FAILED, state=job_states.Generating("g"))
    assert not Query(troubled=True).shows(under_way)
    assert Query(troubled=True).shows(replace(FAILED, state=job_states.Unknown()))
    assert Query(words="dog", least_rating=5).shows(under_way)


def test_what_was_taken_back_is_no_trouble() -> None:
    assert not Query(troubled=True).shows(replace(FAILED, state=job_states.Cancelled()))
