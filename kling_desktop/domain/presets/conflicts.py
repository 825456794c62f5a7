"""Presets that come from elsewhere meet those that are there: which are the same, and what becomes of each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from kling_desktop.domain.presets.preset import MAX_NAME_LENGTH, Preset


class ConflictChoice(StrEnum):
    """What to do with one that clashes."""

    KEEP_BOTH = "keep both"
    REPLACE = "replace"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class IncomingPreset:
    """A preset to be taken in, over the one it clashes with or as one more."""

    preset: Preset
    replaces: Preset | None = None


def find_conflict(preset: Preset, known: Iterable[Preset]) -> Preset | None:
    """The one that is there already: the same by its ID, or else by its name."""
    known = tuple(known)
    same = next((one for one in known if one.id == preset.id), None)
    name = preset.name.casefold()
    return same or next((one for one in known if one.name.casefold() == name), None)


def resolve_conflicts(
    incoming: Sequence[Preset], known: Sequence[Preset], choices: Mapping[str, ConflictChoice], new_ids: Iterable[str]
) -> tuple[IncomingPreset, ...]:
    """What is taken in. choices are by the ID of the coming preset, "keep both" where none was made; new_ids are as
    many as there are presets.
    """
    taken = {preset.name.casefold() for preset in known}
    ids = {preset.id for preset in known}
    result: list[IncomingPreset] = []
    replaced: set[str] = set()
    for preset, new_id in zip(incoming, new_ids, strict=False):
        clash = find_conflict(preset, known)
        choice = choices.get(preset.id, ConflictChoice.KEEP_BOTH)
        if clash and choice is ConflictChoice.SKIP:
            continue
        if clash and choice is ConflictChoice.REPLACE and clash.id not in replaced:
            replaced.add(clash.id)  # a second one that would take the same place is one more
            result.append(IncomingPreset(replace(preset, id=clash.id), clash))
            continue
        own = replace(preset, id=new_id if preset.id in ids else preset.id, name=_free(preset.name, taken))
        taken.add(own.name.casefold())
        ids.add(own.id)
        result.append(IncomingPreset(own))
    return tuple(result)


def _free(name: str, taken: set[str]) -> str:
    free, number = name, 2
    while free.casefold() in taken:
        free, number = f"{name[: MAX_NAME_LENGTH - 5]} {number}", number + 1
    return free
