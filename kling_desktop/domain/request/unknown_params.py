"""What rides along in a request that was read from elsewhere: keys that this app doesn't know."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from kling_desktop.domain.request.draft import EMPTY, Draft

NO_UNKNOWN_PARAMS: Mapping[str, Any] = MappingProxyType({"extra": EMPTY, "extra_parameters": EMPTY})
"""What the fields of the draft are without any of them."""

_LONGEST = 40
"""Letters of a value that are shown."""


@dataclass(frozen=True, slots=True)
class UnknownParam:
    """One such key with its value as JSON; without is what the fields of the draft are once it is left out."""

    name: str
    value: str
    without: Mapping[str, Any]


def unknown_params(draft: Draft) -> tuple[UnknownParam, ...]:
    """All of them, those beside the parameters first."""
    return tuple(
        UnknownParam(name, _shown(value), {field: {key: kept for key, kept in held.items() if key != name}})
        for field in ("extra", "extra_parameters")
        for held in (getattr(draft, field),)
        for name, value in held.items()
    )


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
