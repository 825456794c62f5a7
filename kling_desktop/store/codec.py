"""Encodes jobs and drafts as JSON and back. Files stay readable for years: unknown keys are skipped, missing ones
take their defaults.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Blocked, Failed, JobState, Refused, Unknown
from kling_desktop.domain.request.draft import Draft, LocalImage, Media, Origin, Placeholder, StoredMedia
from kling_desktop.domain.request.recent_media import RecentItem
from kling_desktop.domain.request.undo_history import UndoHistory

if TYPE_CHECKING:
    from cattrs import Converter

TAG = "is"
MEDIA: Mapping[str, type] = MappingProxyType(
    {"stored": StoredMedia, "local": LocalImage, "placeholder": Placeholder},
)
STATES: Mapping[str, type] = MappingProxyType({kind.name: kind for kind in get_args(JobState)})
KEYS: Mapping[type, Mapping[str, str]] = MappingProxyType(
    {
        Draft: {"wanted_type": "wanted", "replaces": "instead_of", "template_fields": "blanks"},
        StoredMedia: {"is_known": "known", "extra_json": "more"},
        LocalImage: {"extra_json": "more"},
        Placeholder: {"extra_json": "more"},
        Origin: {"prompt_excerpt": "words"},
        Job: {"generation_seconds": "took", "filename_template": "naming", "submitted_from": "origin"},
        Unknown: {"attempts": "looks", "needs_user": "asked"},
        Failed: {"message": "what"},
        Blocked: {"message": "what"},
        Refused: {"message": "what", "hint": "advice", "reason": "why", "vendor_message": "said"},
    }
)
"""Fields whose key in the files differs from their name. Old files have these keys, so they must never change."""
_OMITTED: Mapping[type, tuple[str, ...]] = MappingProxyType({Draft: ("sound",), Job: ("has_credentials",)})
"""Later fields, written only where they differ from their default, so that older versions find what they know."""
_UNKNOWN_KEYS = ("extra", "extra_parameters")
_MAX_DEPTH = 60
_GREATEST = 10**400
"""Python refuses to write numbers of thousands of digits."""
MAX_UNDO_STEPS = 250
"""How many steps of undo, and of redo, are saved with a draft."""

_PARSE_ERRORS = (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError)
SEED = int | Placeholder | None
Cursor = tuple[int, int]
"""Anchor and position of the cursor in the prompt, in code points."""
PROMPT_START: Cursor = (0, 0)

Read = TypeVar("Read", Job, Draft)
Exact = TypeVar("Exact")


def write_job(job: Job) -> str:
    """Encode a job."""
    return _to_json(_converter().unstructure(job))


def read_job(text: str) -> Job:
    """Read a job. Raises UserError if this version doesn't understand the text."""
    return _read(text, Job)


def write_draft(draft: Draft, history: UndoHistory, cursor: Cursor = PROMPT_START) -> str:
    """Encode a draft with the latest steps of its history. A step is stored as its difference from the step next to
    it.

    What no file can hold is left out. It doesn't keep the rest from being saved.
    """
    encoded = _writable_draft(_converter().unstructure(draft))
    past = _diff_drafts(encoded, reversed(history.past[-MAX_UNDO_STEPS:]))
    future = _diff_drafts(encoded, history.future[:MAX_UNDO_STEPS])
    return _to_json({**encoded, "history": {"past": past, "future": future}, "cursor": cursor}, indent=1)


def unwritable_values(draft: Draft) -> tuple[str, ...]:
    """Return the names of the values that `write_draft` leaves out."""
    encoded = _converter().unstructure(draft)
    written = _writable_draft(encoded)
    unknown = (name for key in _UNKNOWN_KEYS for name in encoded[key] if name not in written[key])
    return (*(key for key in encoded if key not in written), *map(str, unknown))


def read_draft(text: str) -> tuple[Draft, UndoHistory]:
    """Read a draft and its history. Raises UserError for the draft; a history that can't be read is empty."""
    draft = _read(text, Draft)
    try:
        plain = json.loads(text)
        steps = plain.pop("history")
        past, future = (_apply_diffs(plain, steps[name]) for name in ("past", "future"))
        return draft, UndoHistory(tuple(reversed(past)), tuple(future))
    except _PARSE_ERRORS:
        return draft, UndoHistory()


def read_cursor(text: str) -> Cursor:
    """Read the cursor in the prompt; the start if there is none."""
    try:
        anchor, position = json.loads(text)["cursor"]
        return _require_type(anchor, int), _require_type(position, int)
    except _PARSE_ERRORS:
        return PROMPT_START


def write_recent_media(items: Sequence[RecentItem]) -> str:
    """Encode recent media."""
    return _to_json([_converter().unstructure(recent) for recent in items], indent=1)


def read_recent_media(text: str) -> tuple[RecentItem, ...]:
    """Read recent media, without items that this version doesn't understand."""
    items = []
    try:
        parsed = json.loads(text)
        rows = parsed if isinstance(parsed, list) else []
    except _PARSE_ERRORS:
        rows = []
    for row in rows:
        with suppress(*_PARSE_ERRORS):
            items.append(_converter().structure(row, RecentItem))
    return tuple(items)


def _diff_drafts(nearer: dict[str, Any], drafts: Iterable[Draft]) -> list[dict[str, Any]]:
    steps = []
    for draft in drafts:
        farther = _writable_draft(_converter().unstructure(draft))
        steps.append({key: value for key, value in farther.items() if key not in nearer or nearer[key] != value})
        nearer = farther
    return steps


def _writable_draft(encoded: dict[str, Any]) -> dict[str, Any]:
    """Return an encoded draft without what no file can hold: objects of the program, numbers of any length."""
    kept = {key: value for key, value in encoded.items() if key in _UNKNOWN_KEYS or _is_writable(value)}
    for key in _UNKNOWN_KEYS:
        kept[key] = {name: one for name, one in dict(kept[key]).items() if isinstance(name, str) and _is_writable(one)}
    return kept


def _is_writable(value: Any, depth: int = 0) -> bool:
    if depth > _MAX_DEPTH:
        return False
    match value:
        case Mapping():
            return all(isinstance(key, str) and _is_writable(one, depth + 1) for key, one in value.items())
        case list() | tuple():
            return all(_is_writable(one, depth + 1) for one in value)
        case bool() | str() | float() | None:
            return True
        case int():
            return abs(value) < _GREATEST
    return False


def _apply_diffs(nearer: dict[str, Any], steps: list[dict[str, Any]]) -> list[Draft]:
    drafts = []
    for step in steps:
        nearer = {**nearer, **step}
        drafts.append(_converter().structure(nearer, Draft))
    return drafts


def _to_json(plain: Any, indent: int | None = None) -> str:
    # ASCII, so that the lone surrogates of a pasted prompt or file name are preserved.
    return json.dumps(plain, indent=indent, default=dict)


def _read(text: str, kind: type[Read]) -> Read:
    try:
        plain = json.loads(text)
        if not isinstance(plain, dict):
            raise TypeError("not an object")
        return _converter().structure(plain, kind)
    except _PARSE_ERRORS as error:
        raise UserError(f"This version can't read this {kind.__name__.lower()}.") from error


@cache
def _converter() -> "Converter":
    # Built at first use: importing cattrs and building its hooks would slow down the start.
    from cattrs import Converter
    from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

    def overrides(kind: type) -> dict[str, Any]:
        renamed = {name: override(rename=key) for name, key in KEYS[kind].items()}
        return renamed | {name: override(omit_if_default=True) for name in _OMITTED.get(kind, ())}

    # Nobody sees detailed errors, and they double the code generated for each class.
    converter = Converter(detailed_validation=False, unstruct_collection_overrides={AbstractSet: sorted})
    for kind in (str, int, bool):
        converter.register_structure_hook(kind, _require_type)
    converter.register_structure_hook(StrEnum, lambda value, kind: kind(value))
    converter.register_structure_hook(float, _number)
    converter.register_structure_hook(Decimal, lambda value, _: Decimal(_require_type(value, str)))
    converter.register_unstructure_hook(Decimal, str)
    converter.register_structure_hook_factory(
        KEYS.__contains__,
        lambda kind: make_dict_structure_fn(kind, converter, _cattrs_detailed_validation=False, **overrides(kind)),
    )
    converter.register_unstructure_hook_factory(
        KEYS.__contains__, lambda kind: make_dict_unstructure_fn(kind, converter, **overrides(kind))
    )
    for mapping in (Mapping[str, Any], Mapping[str, str]):
        _register(converter, mapping, read=lambda value: MappingProxyType(dict(value)), write=dict)
    _register_tagged(converter, Media, MEDIA)
    _register_tagged(converter, JobState, STATES)
    _register(
        converter,
        SEED,
        read=lambda value: converter.structure(value, Placeholder) if isinstance(value, dict) else _optional_int(value),
        write=lambda seed: converter.unstructure(seed) if isinstance(seed, Placeholder) else seed,
    )
    return converter


def _register(converter: "Converter", kind: Any, read: Callable[[Any], Any], write: Callable[[Any], Any]) -> None:
    converter.register_structure_hook_func(lambda requested: requested == kind, lambda value, _: read(value))
    converter.register_unstructure_hook_func(lambda requested: requested == kind, write)


def _register_tagged(converter: "Converter", union: Any, kinds: Mapping[str, type]) -> None:
    names = {kind: name for name, kind in kinds.items()}
    _register(
        converter,
        union,
        read=lambda value: converter.structure(value, kinds[value[TAG]]),
        write=lambda value: {TAG: names[type(value)]} | converter.unstructure(value),
    )


def _optional_int(value: Any) -> int | None:
    return None if value is None else _require_type(value, int)


def _require_type(value: Any, kind: type[Exact]) -> Exact:
    # cattrs would convert: "no" to True, None to "None".
    if type(value) is not kind:
        raise TypeError(f"{value!r:.40} is not of type {kind.__name__}")
    return value


def _number(value: Any, _: type) -> float:
    if type(value) not in (int, float):
        raise TypeError(f"{value!r:.40} is not a number")
    return float(value)
