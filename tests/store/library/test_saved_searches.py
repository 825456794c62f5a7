"""Saved searches on disk."""

import json
from pathlib import Path

import pytest

from kling_desktop.domain.library.clip_query import ClipQuery, LineageFilter, LineageScope, Period, SavedSearch
from kling_desktop.domain.request.generation_type import GenerationType
from kling_desktop.store.library.saved_searches import SavedSearchFile

ALL = ClipQuery(
    text='cat "quoted" 猫',
    types=frozenset({GenerationType.TEXT, GenerationType.EDIT}),
    aspects=frozenset({"16:9"}),
    seconds=frozenset({5, 10}),
    min_rating=3,
    flags=frozenset({"", "pick"}),
    tags=frozenset({"client"}),
    presets=frozenset({"noir"}),
    profiles=frozenset({"Studio North"}),
    period=Period.WEEK,
    has_problem=True,
    lineage=LineageFilter("j1", LineageScope.CHILDREN, "A fox"),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config/searches.json"


def test_a_search_is_restored_with_all_its_filters(path: Path) -> None:
    kept = SavedSearch("Client picks", ALL)
    assert SavedSearchFile(path).save(kept) == (kept,)
    [read] = SavedSearchFile(path).read()
    assert read == kept
    assert read.query.lineage is not None
    assert read.query.lineage.prompt_excerpt == "A fox"


@pytest.mark.parametrize(
    "odd", [3, {}, {"job": 3}, {"job": "j", "kinship": "cousin"}, {"job": "", "kinship": "family"}]
)
def test_a_malformed_lineage_filter_is_dropped(path: Path, odd: object) -> None:
    path.parent.mkdir()
    path.write_text(json.dumps([{"name": "Mine", "words": "x", "kin": odd}]))
    assert SavedSearchFile(path).read() == (SavedSearch("Mine", ClipQuery(text="x")),)


def test_people_can_read_and_edit_the_file(path: Path) -> None:
    SavedSearchFile(path).save(SavedSearch("Good cats", ClipQuery(text="cat", min_rating=4)))
    assert json.loads(path.read_text()) == [{"name": "Good cats", "words": "cat", "least_rating": 4}]
    path.write_text(
        '[{"name": "Mine", "ways": ["Text", "Fax"], "colour": "red"}, 3, {"name": "Nothing"}, {"words": 1}]'
    )
    assert SavedSearchFile(path).read() == (SavedSearch("Mine", ClipQuery(types=frozenset({GenerationType.TEXT}))),)


def test_a_search_of_the_same_name_is_replaced_and_another_window_s_is_kept(path: Path) -> None:
    first, other = SavedSearchFile(path), SavedSearchFile(path)
    first.save(SavedSearch("A", ClipQuery(text="a")))
    other.save(SavedSearch("B", ClipQuery(text="b")))
    first.save(SavedSearch("A", ClipQuery(text="c")))
    assert [(one.name, one.query.text) for one in other.read()] == [("A", "c"), ("B", "b")]
    assert [one.name for one in other.remove(SavedSearch("A", ClipQuery()))] == ["B"]


def test_unknown_items_are_kept(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('[{"name": "New", "words": "x", "mood": "blue"}]')
    SavedSearchFile(path).save(SavedSearch("Mine", ClipQuery(text="y")))
    assert json.loads(path.read_text())[0] == {"name": "New", "words": "x", "mood": "blue"}


def test_a_broken_file_is_renamed_before_writing(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("{oops")
    assert SavedSearchFile(path).read() == ()
    SavedSearchFile(path).save(SavedSearch("Mine", ClipQuery(text="y")))
    assert path.with_name("searches.broken-1.json").read_text() == "{oops"
