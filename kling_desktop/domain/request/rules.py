"""The rules of the form for everything but the slots.

Each is a small function that returns a sentence for people, or "" or (). The limits are those of the model. A blocked
control takes nothing new; what it holds can always be removed.
"""

from collections.abc import Sequence

from kling_desktop.domain.request.draft import Draft, Placeholder
from kling_desktop.domain.request.generation_type import GenerationType, type_of
from kling_desktop.domain.request.mentions import mentioned_numbers, misspelled_mentions
from kling_desktop.domain.request.models import ModelSpec, Setting, Size, Slot
from kling_desktop.domain.request.prompt_placeholders import find_placeholders, possible_placeholders
from kling_desktop.domain.request.template_fields import find_fields
from kling_desktop.domain.text import control_characters, has_lone_surrogates, is_blank, list_and, list_or, plural

_NO_SETTING = {
    Setting.SEED: ("{model} takes no seed", "{model} takes no seed. Yours is kept, but not sent"),
    Setting.MODE: ("{model} has no mode", "{model} has no mode. Yours is kept, but not sent"),
    Setting.PROMPT_ENHANCE: (
        "{model} has no prompt enhancement",
        "{model} has no prompt enhancement. Yours is kept, but not sent",
    ),
    Setting.SOUND: ("{model} makes clips without sound", "{model} makes clips without sound, so none is asked for"),
}
MAX_SEED = 2**63 - 1
"""No service takes a number beyond 64 bits. Whether the service takes less isn't documented."""
_NAMED = 3
"""Placeholders and characters that a sentence names."""


def prompt_problems(draft: Draft, spec: ModelSpec) -> tuple[str, ...]:
    prompt = draft.prompt
    if is_blank(prompt):
        return ("Write a prompt",)
    if unfilled := find_fields(prompt, draft.template_fields) if draft.template_fields else ():
        return (f"Fill in “{unfilled[0].name}”",)
    if has_lone_surrogates(prompt):
        return ("Remove the broken character from the prompt",)
    if controls := control_characters(prompt):
        one = "Remove the control character {names} from the prompt"
        other = "Remove the control characters {names} from the prompt"
        return (plural(len(controls), one=one, other=other, names=list_and(controls[:_NAMED])),)
    if placeholders := find_placeholders(prompt):
        return (f"Replace {list_and(placeholders[:_NAMED])} in the prompt with your own words",)
    if (excess := len(prompt) - spec.prompt_limit) > 0:
        one, other = "Shorten the prompt by {count} character", "Shorten the prompt by {count} characters"
        return (plural(excess, one=one, other=other),)
    return ()


def prompt_warnings(draft: Draft, spec: ModelSpec) -> tuple[str, ...]:
    warnings = []
    units = len(draft.prompt.encode("utf-16-le", "surrogatepass")) // 2
    if len(draft.prompt) <= spec.prompt_limit < units:
        warnings.append(
            f"Some services count emoji as two characters: {units:,} instead of {len(draft.prompt):,}. "
            "If Leonardo refuses the prompt as too long, shorten it"
        )
    blanks = {f"{{{name}}}" for name in draft.template_fields}
    possible = () if find_placeholders(draft.prompt) else possible_placeholders(draft.prompt)
    if placeholders := [found for found in possible if found not in blanks]:
        warnings.append(
            f"The prompt contains {list_and(placeholders[:_NAMED])}. If another tool was to fill that in, replace it"
        )
    warnings += [f"“{found}” isn't a mention. Write {plain}" for found, plain in misspelled_mentions(draft.prompt)]
    warnings += dangling_mentions(draft)
    numbers = mentioned_numbers(draft.prompt)
    images = len(draft.used(Slot.IMAGE_REFERENCE))
    if unused := [f"@image{n}" for n in range(1, images + 1) if n not in numbers]:
        warnings.append(f"The prompt doesn't mention {list_or(unused)}")
    return tuple(warnings)


def dangling_mentions(draft: Draft) -> tuple[str, ...]:
    """Warnings about mentions of a reference that doesn't exist, or that is parked."""
    images, held = len(draft.used(Slot.IMAGE_REFERENCE)), len(draft.media(Slot.IMAGE_REFERENCE))
    return tuple(
        f"The prompt mentions @image{n}, but that reference isn't used for now"
        if 1 <= n <= held
        else f"The prompt mentions @image{n}, but there is no reference {n}"
        for n in mentioned_numbers(draft.prompt)
        if not 1 <= n <= images
    )


def duration_problems(draft: Draft, spec: ModelSpec) -> tuple[str, ...]:
    duration, choices = draft.duration, spec.durations
    if duration not in choices:
        if is_range(choices):
            return (f"Set the duration to {choices[0]} to {choices[-1]} seconds, not {duration}",)
        return (f"Set the duration to {list_or(choices)} seconds, not {duration}",)
    if type_of(draft) is GenerationType.EDIT and duration > spec.edit_longest:
        return (f"Set the duration to at most {spec.edit_longest} seconds to edit a video, not {duration}",)
    return ()


def is_range(choices: Sequence[int]) -> bool:
    """Whether whole numbers follow one another, so that a range says it shorter than a list."""
    return len(choices) > 2 and choices[-1] - choices[0] == len(choices) - 1


def size_problems(size: Size, spec: ModelSpec) -> tuple[str, ...]:
    if size in spec.sizes:
        return ()
    return (f"Set the size to {list_or(spec.sizes)}, not {size}",)


def model_problems(model: str, spec: ModelSpec) -> tuple[str, ...]:
    return () if model == spec.id else (f"Kling Desktop doesn't know the model “{model[:60]}”. Use {spec.id}",)


def choice_problems(value: object, known: tuple[object, ...]) -> tuple[str, ...]:
    """An optional setting may be absent, or one of the values that the service knows.

    A setting that the model doesn't take at all isn't sent, so its value is no problem.
    """
    return (
        ()
        if not known or value is None or value in known
        else (f"Leave this out, or set it to {list_or(known)}, not {value}",)
    )


def setting_blocked_reason(setting: Setting, spec: ModelSpec) -> str:
    """Why an optional setting can't be set; "" when it can."""
    return "" if spec.takes_setting(setting) else _NO_SETTING[setting][0].format(model=spec.name)


def unused_setting(setting: Setting, value: object, spec: ModelSpec) -> str:
    """Say that a value isn't sent, since the model doesn't take the setting; "" when it is sent or not set."""
    if value is None or value is False or spec.takes_setting(setting):
        return ""
    return _NO_SETTING[setting][1].format(model=spec.name)


def seed_problems(seed: int | Placeholder | None, spec: ModelSpec) -> tuple[str, ...]:
    if not spec.has_seed:
        return ()
    if isinstance(seed, Placeholder):
        return ("Enter a seed, or remove it",)
    if seed is not None and not 0 <= seed <= MAX_SEED:
        return (f"Use a seed from 0 to {MAX_SEED:,}. For any seed, leave it out",)
    return ()


def takes_note(draft: Draft) -> str:
    return "All takes use the same seed" if draft.takes > 1 and draft.seed is not None else ""
