"""Which filters are offered and what their chips say."""

from kling_desktop.domain.library.clip_query import Period, Query
from kling_desktop.domain.library.filters import Filter, Known, groups, name_of, set_filters
from kling_desktop.domain.request.generation_type import GenerationType


def test_only_what_there_is_to_choose_from_is_offered() -> None:
    bare = dict(groups(Known(profiles=("default",))))
    assert list(bare) == ["Way", "Shape", "Length", "Rating", "Mark", "Made", "Trouble"]
    full = dict(groups(Known(presets={"a": "Noir close-ups"}, profiles=("default", "Studio"), tags=("client",))))
    assert [one.name for one in full["Preset"]] == ["Noir close-ups"]
    assert [one.name for one in full["Profile"]] == ["default", "Studio"]
    assert full["Tag"] == (Filter("tags", "client", "client"),)


def test_every_filter_offered_goes_on_and_says_so() -> None:
    known = Known(presets={"a": "Noir"}, profiles=("default", "Studio"), tags=("client",))
    for _, filters in groups(known):
        for one in filters:
            query = Query().toggled(one.kind, one.value)
            assert query.holds(one.kind, one.value)
            assert set_filters(query, known) == (one,)
            assert query.toggled(one.kind, one.value) == Query()


def test_what_the_library_no_longer_knows_can_still_be_switched_off() -> None:
    query = Query(presets=frozenset({"gone"}), tags=frozenset({"old"}), period=Period.TODAY)
    assert [one.name for one in set_filters(query, Known())] == ["old", "a preset that is gone", "Today"]


def test_chips_are_short() -> None:
    assert name_of("presets", "a", Known(presets={"a": "Product on a turntable, slowly"})) == "Product on a turntable,…"
    assert name_of("ways", GenerationType.START_AND_END, Known()) == "Start + end"
