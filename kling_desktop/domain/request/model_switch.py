"""Asking another model for the same clip."""

from dataclasses import replace
from typing import NamedTuple

from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.generation_type import normalized
from kling_desktop.domain.request.models import AspectPreset, ModelSpec, Setting, Size, Slot
from kling_desktop.domain.request.rules import unused_setting
from kling_desktop.domain.request.slot_rules import conflicting_slots, slot_blocked_reason


class ModelSwitch(NamedTuple):
    """A draft for another model, and what had to change for it, a sentence each."""

    draft: Draft
    changes: tuple[str, ...]


def switch_model(draft: Draft, before: ModelSpec, spec: ModelSpec) -> ModelSwitch:
    """Ask another model for the draft.

    Media that the model doesn't take are parked, and come back with a model that does. The length and the size become
    the nearest on offer. Settings that the model doesn't take stay in the draft and aren't sent.

    Args:
        draft: The draft.
        before: The model it is for now.
        spec: The model it shall be for.
    """
    changes = []
    # What only the old model kept out comes back, as long as it doesn't clash with what is in use.
    switched = replace(draft, model=spec.id)
    for slot in Slot:
        is_returning = slot in draft.parked and not before.capacity_of(slot) and spec.capacity_of(slot)
        if is_returning and not conflicting_slots(switched, slot, spec):
            switched = replace(switched, parked=switched.parked - {slot})
    for slot in Slot:
        if switched.used(slot) and not spec.capacity_of(slot):
            changes.append(slot_blocked_reason(switched, slot, spec).sentence)
            switched = replace(switched, parked=switched.parked | {slot})
    duration = min(spec.durations, key=lambda seconds: (abs(seconds - draft.duration), seconds))
    if duration != draft.duration:
        changes.append(f"The length is {duration} s instead of {draft.duration} s")
    size = _nearest_size(draft.size, before, spec)
    if size != draft.size:
        changes.append(f"The size is {size} instead of {draft.size}")
    switched = replace(switched, duration=duration, size=size)
    for setting, value in (
        (Setting.SEED, draft.seed),
        (Setting.MODE, draft.mode),
        (Setting.PROMPT_ENHANCE, draft.prompt_enhance),
        (Setting.SOUND, draft.sound),
    ):
        if before.takes_setting(setting) and (sentence := unused_setting(setting, value, spec)):
            changes.append(sentence)
    return ModelSwitch(normalized(switched), tuple(changes))


def _nearest_size(size: Size, before: ModelSpec, spec: ModelSpec) -> Size:
    """Return the size itself if the model offers it, or else the same shape at the nearest resolution."""
    if size in spec.sizes:
        return size
    shape = before.preset_of(size)

    def distance(preset: AspectPreset) -> tuple[bool, int]:
        is_other_shape = preset.name != (shape.name if shape else size.aspect)
        return is_other_shape, abs(preset.size.width * preset.size.height - size.width * size.height)

    return min(spec.aspects, key=distance).size
