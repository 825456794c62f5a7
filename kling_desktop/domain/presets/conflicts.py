"""Import presets next to existing ones: which of them conflict, and what happens to each."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from kling_desktop.domain.presets.preset import MAX_NAME_LENGTH, Preset
from kling_desktop.domain.text import name_key


class ConflictChoice(StrEnum):
    """What to do with a preset that conflicts with an existing one."""

    KEEP_BOTH = "keep both"
    REPLACE = "replace"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class IncomingPreset:
    """A preset to import: in place of an existing one, or as an additional one."""

    preset: Preset
    replaces: Preset | None = None


def find_conflict(preset: Preset, known: Iterable[Preset]) -> Preset | None:
    """Return the existing preset with the same ID, or else with the same name; None if there is none."""
    known = tuple(known)
    same = next((one for one in known if one.id == preset.id), None)
    name = name_key(preset.name)
    return same or next((one for one in known if name_key(one.name) == name), None)


def resolve_conflicts(
    incoming: Sequence[Preset], known: Sequence[Preset], choices: Mapping[str, ConflictChoice], new_ids: Iterable[str]
) -> tuple[IncomingPreset, ...]:
    """Return the presets to import.

    Args:
        choices: The user's choice for each incoming preset, by its ID. Both are kept without a choice.
        new_ids: At least as many as there are incoming presets.
    """
    taken = {name_key(preset.name) for preset in known}
    ids = {preset.id for preset in known}
    result: list[IncomingPreset] = []
    replaced: set[str] = set()
    for preset, new_id in zip(incoming, new_ids, strict=False):
        conflict = find_conflict(preset, known)
        choice = choices.get(preset.id, ConflictChoice.KEEP_BOTH)
        if conflict and choice is ConflictChoice.SKIP:
            continue
        if conflict and choice is ConflictChoice.REPLACE and conflict.id not in replaced:
            replaced.add(conflict.id)  # a second one that would replace the same preset is added instead
            result.append(IncomingPreset(replace(preset, id=conflict.id), conflict))
            continue
        own = replace(preset, id=new_id if preset.id in ids else preset.id, name=free_name(preset.name, taken))
        taken.add(name_key(own.name))
        ids.add(own.id)
        result.append(IncomingPreset(own))
    return tuple(result)


def free_name(name: str, taken: Collection[str]) -> str:
    """Return a name that can be told from others: with the first free number, if it is taken.

    Args:
        name: The wanted name.
        taken: The keys of the other names; see name_key.
    """
    free, number = name, 2
    while name_key(free) in taken:
        free, number = f"{name[: MAX_NAME_LENGTH - 5]} {number}", number + 1
    return free
