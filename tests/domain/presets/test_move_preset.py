"""Presets with a shortcut come first, whatever is moved where."""

from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.presets.preset import move_preset

ORDER = ("a", "b", "c", "d", "e")
PINS = {2: "a", 5: "b", 7: "c", 9: "gone"}


def test_presets_moved_among_shortcuts_pass_them_on() -> None:
    order, pins = move_preset(ORDER, PINS, "c", 0)
    assert order == ("c", "a", "b", "d", "e")
    assert pins == {2: "c", 5: "a", 7: "b", 9: "gone"}


def test_presets_with_shortcuts_stay_first() -> None:
    assert move_preset(ORDER, PINS, "e", 0)[0] == ("a", "b", "c", "e", "d")
    assert move_preset(ORDER, PINS, "a", 4) == (("b", "c", "a", "d", "e"), {2: "b", 5: "c", 7: "a", 9: "gone"})
    assert move_preset(ORDER, {}, "e", 0) == (("e", "a", "b", "c", "d"), {})


@given(st.sampled_from(ORDER), st.integers(-2, 9))
def test_nothing_is_lost_and_shortcuts_stay_in_order(name: str, to: int) -> None:
    order, pins = move_preset(ORDER, PINS, name, to)
    assert sorted(order) == sorted(ORDER)
    assert sorted(pins) == sorted(PINS)
    assert [pins[number] for number in (2, 5, 7)] == list(order[:3])
