"""From what to what would a preset change, were the form saved over it?"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from kling_desktop.domain.library.request_diff import changed_words, media_name
from kling_desktop.domain.presets.preset import MEDIA_NAMES, SETTING_NAMES, Preset, changed_fields
from kling_desktop.domain.request.draft import Draft

_LONGEST = 48
"""Characters of a prompt's words; the sheet is as wide as the form."""
_WORDS: Mapping[str, Callable[[Any], str]] = MappingProxyType(
    {"size": lambda size: size.aspect, "duration": "{} s".format, "seed": str}
)
_UNSET = {"seed": "any"}


def describe_changes(preset: Preset, draft: Draft) -> tuple[str, ...]:
    """A line each: "length 5 s → 10 s"."""
    fields = {name: field for field, name in SETTING_NAMES.items()}
    slots = {name: slot for slot, name in MEDIA_NAMES.items()}
    lines = []
    for name in changed_fields(preset, draft):
        if name in fields:
            field = fields[name]
            was, now = (_told(field, getattr(one, field)) for one in (preset.draft, draft))
        elif name in slots:
            slot = slots[name]
            held = preset.draft.media(slot), draft.used(slot)
            was, now = (", ".join(map(media_name, media)) or "none" for media in held)
        else:
            was, now = (f"“{_short(words)}”" for words in changed_words(preset.draft.prompt, draft.prompt))
        lines.append(f"{name} {was} → {now}")
    return tuple(lines)


def _told(field: str, value: Any) -> str:
    if value is None:
        return _UNSET.get(field, "not set")
    return _WORDS.get(field, str)(value)


def _short(words: str) -> str:
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1].rstrip()}…"
