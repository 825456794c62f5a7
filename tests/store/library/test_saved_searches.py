"""Kept searches on disk."""

import json
from pathlib import Path

import pytest

from kling_desktop.domain.library.clip_query import Period, Query
from kling_desktop.domain.library.lineage_filter import Kindred, Kinship
from kling_desktop.domain.library.saved_search import SavedSearch
from kling_desktop.domain.request.generation_type import GenerationType
from kling_desktop.store.library.saved_searches import SearchFile

ALL = Query(
    words='cat "quoted" 猫',
    ways=frozenset({GenerationType.TEXT, GenerationType.EDIT}),
    aspects=frozenset({"16:9"}),
    seconds=frozenset({5, 10}),
    least_rating=3,
    flags=frozenset({"", "pick"}),
    tags=frozenset({"client"}),
    presets=frozenset({"noir"}),
    profiles=frozenset({"Studio North"}),
    period=Period.WEEK,
    troubled=True,
    kin=Kindred("j1", Kinship.CHILDREN, "A fox"),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config/searches.json"


def test_a_search_comes_back_with_all_its_filters(path: Path) -> None:
    kept = SavedSearch("Client picks", ALL)
    assert SearchFile(path).keep(kept) == (kept,)
    [read] = SearchFile(path).read()
    assert read == kept
    assert read.query.kin is not None
    assert read.query.kin.words == "A fox"


@pytest.mark.parametrize(
    "odd", [3, {}, {"job": 3}, {"job": "j", "kinship": "cousin"}, {"job": "", "kinship": "family"}]
)
def test_a_kinship_that_makes_no_sense_is_no_filter(path: Path, odd: object) -> None:
    path.parent.mkdir()
    path.write_text(json.dumps([{"name": "Mine", "words": "x", "kin": odd}]))
    assert SearchFile(path).read() == (SavedSearch("Mine", Query(words="x")),)


def test_the_file_can_be_read_and_written_by_people(path: Path) -> None:
    SearchFile(path).keep(SavedSearch("Good cats", Query(words="cat", least_rating=4)))
    assert json.loads(path.read_text()) == [{"name": "Good cats", "words": "cat", "least_rating": 4}]
    path.write_text(
        '[{"name": "Mine", "ways": ["Text", "Fax"], "colour": "red"}, 3, {"name": "Nothing"}, {"words": 1}]'
    )
    assert SearchFile(path).read() == (SavedSearch("Mine", Query(ways=frozenset({GenerationType.TEXT}))),)


def test_the_same_name_takes_the_old_one_s_place_and_another_window_s_stay(path: Path) -> None:
    first, other = SearchFile(path), SearchFile(path)
    first.keep(SavedSearch("A", Query(words="a")))
    other.keep(SavedSearch("B", Query(words="b")))
    first.keep(SavedSearch("A", Query(words="c")))
    assert [(one.name, one.query.words) for one in other.read()] == [("A", "c"), ("B", "b")]
    assert [one.name for one in other.remove(SavedSearch("A", Query()))] == ["B"]


def test_what_this_version_does_not_know_is_kept(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('[{"name": "New", "words": "x", "mood": "blue"}]')
    SearchFile(path).keep(SavedSearch("Mine", Query(words="y")))
    assert json.loads(path.read_text())[0] == {"name": "New", "words": "x", "mood": "blue"}


def test_a_broken_file_is_set_aside_before_it_is_written(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("{oops")
    assert SearchFile(path).read() == ()
    SearchFile(path).keep(SavedSearch("Mine", Query(words="y")))
    assert path.with_name("searches.broken-1.json").read_text() == "{oops"
