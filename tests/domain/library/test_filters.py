"""Which filters are offered, and what their chips say."""

from kling_desktop.domain.library.clip_query import ClipQuery, FilterKind, Period
from kling_desktop.domain.library.filters import Filter, FilterChoices, active_filters, filter_groups, filter_name
from kling_desktop.domain.request.generation_type import GenerationType


def test_only_filters_with_choices_are_offered() -> None:
    bare = dict(filter_groups(FilterChoices(profiles=("default",))))
    assert list(bare) == ["Type", "Aspect ratio", "Length", "Rating", "Flag", "Made", "Problems"]
    full = dict(
        filter_groups(FilterChoices(presets={"a": "Noir close-ups"}, profiles=("default", "Studio"), tags=("client",)))
    )
    assert [one.name for one in full["Preset"]] == ["Noir close-ups"]
    assert [one.name for one in full["Profile"]] == ["default", "Studio"]
    assert full["Tag"] == (Filter(FilterKind.TAGS, "client", "client"),)


def test_every_offered_filter_can_be_set_and_is_listed() -> None:
    known = FilterChoices(presets={"a": "Noir"}, profiles=("default", "Studio"), tags=("client",))
    for _, filters in filter_groups(known):
        for one in filters:
            query = ClipQuery().toggle(one.kind, one.value)
            assert query.is_set(one.kind, one.value)
            assert active_filters(query, known) == (one,)
            assert query.toggle(one.kind, one.value) == ClipQuery()


def test_filters_without_clips_can_still_be_removed() -> None:
    query = ClipQuery(presets=frozenset({"gone"}), tags=frozenset({"old"}), period=Period.TODAY)
    assert [one.name for one in active_filters(query, FilterChoices())] == ["old", "Deleted preset", "Today"]


def test_chips_are_short() -> None:
    assert (
        filter_name(FilterKind.PRESETS, "a", FilterChoices(presets={"a": "Product on a turntable, slowly"}))
        == "Product on a turntable,…"
    )
    assert filter_name(FilterKind.TYPES, GenerationType.START_AND_END, FilterChoices()) == "Start + end"
