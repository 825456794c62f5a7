"""The order of presets: those with a key first, in the order of their keys, then as the user has put them."""

from collections.abc import Mapping, Sequence


def move_preset(
    order: Sequence[str], pins: Mapping[int, str], preset_id: str, to: int
) -> tuple[tuple[str, ...], dict[int, str]]:
    """Order and keys after a preset was put at a place of the list, 0 first. Moved among those with a key, they pass
    their keys on, so that these stay in order; no other comes before them.
    """
    rest = [name for name in order if name != preset_id]
    keys = sorted(number for number, name in pins.items() if name in order)
    has_key = any(pins[number] == preset_id for number in keys)
    to = min(to, len(keys) - 1) if has_key else max(to, len(keys))
    rest.insert(max(0, to), preset_id)
    return tuple(rest), {**pins, **dict(zip(keys, rest, strict=False))}
