"""What saving the form over a preset would change."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from kling_desktop.domain.library.request_diff import differing_passages, media_name, plain_text
from kling_desktop.domain.presets.preset import SETTING_NAMES, Preset, changed_fields
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.models import SLOT_NAMES
from kling_desktop.domain.text import shorten

_PROMPT_LIMIT = 48
"""Characters of a prompt; the popup is as wide as the form."""
_FORMATS: Mapping[str, Callable[[Any], str]] = MappingProxyType(
    {"size": lambda size: size.aspect, "duration": "{} s".format, "seed": str}
)
_UNSET = {"seed": "any"}


def describe_changes(preset: Preset, draft: Draft) -> tuple[str, ...]:
    """Return one line per change: "length 5 s → 10 s"."""
    fields = {name: field for field, name in SETTING_NAMES.items()}
    slots = {name: slot for slot, name in SLOT_NAMES.items()}
    lines = []
    for name in changed_fields(preset, draft):
        if name in fields:
            field = fields[name]
            was, now = (_shown(field, getattr(one, field)) for one in (preset.draft, draft))
        elif name in slots:
            slot = slots[name]
            held = preset.draft.media(slot), draft.used(slot)
            was, now = (", ".join(map(media_name, media)) or "none" for media in held)
        else:
            passages = differing_passages([preset.draft.prompt, draft.prompt])
            was, now = (f"“{shorten(plain_text(passage), _PROMPT_LIMIT)}”" for passage in passages)
        lines.append(f"{name}: {was}, now {now}")
    return tuple(lines)


def _shown(field: str, value: Any) -> str:
    if value is None:
        return _UNSET.get(field, "not set")
    return _FORMATS.get(field, str)(value)
