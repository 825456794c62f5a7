"""Jobs and drafts as JSON text and back. Made to be read years later: unknown keys are passed over, missing ones
take their defaults."""

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
"""Fields whose key in the files differs from their name. The keys must never change, as old files have them."""
MAX_UNDO_STEPS = 250
"""Steps of undo, and of redo, that outlive the app."""

_PARSE_ERRORS = (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError)
SEED = int | Placeholder | None
Cursor = tuple[int, int]
"""Where the selection in the prompt begins and where the cursor stands, in code points."""
PROMPT_START: Cursor = (0, 0)

Read = TypeVar("Read", Job, Draft)
Exact = TypeVar("Exact")


def write_job(job: Job) -> str:
    return _to_json(_converter().unstructure(job))


def read_job(text: str) -> Job:
    """UserError when the text holds no job that this version understands."""
    return _read(text, Job)


def write_draft(draft: Draft, history: UndoHistory, cursor: Cursor = PROMPT_START) -> str:
    """A draft with the latest steps of its history, each as what differs from the step nearer to the draft."""
    now = _converter().unstructure(draft)
    past = _diff_drafts(now, reversed(history.past[-MAX_UNDO_STEPS:]))
    return _to_json(
        {
            **now,
            "history": {"past": past, "future": _diff_drafts(now, history.future[:MAX_UNDO_STEPS])},
            "cursor": cursor,
        },
        indent=1,
    )


def read_draft(text: str) -> tuple[Draft, UndoHistory]:
    """A draft and its history. A history that can't be read is none; UserError only for the draft."""
    draft = _read(text, Draft)
    try:
        plain = json.loads(text)
        steps = plain.pop("history")
        past, future = (_apply_diffs(plain, steps[name]) for name in ("past", "future"))
        return draft, UndoHistory(tuple(reversed(past)), tuple(future))
    except _PARSE_ERRORS:
        return draft, UndoHistory()


def read_cursor(text: str) -> Cursor:
    """Where the cursor stood in the prompt; at its beginning where that isn't told."""
    try:
        anchor, position = json.loads(text)["cursor"]
        return _require_type(anchor, int), _require_type(position, int)
    except _PARSE_ERRORS:
        return PROMPT_START


def write_recent_media(recents: Sequence[RecentItem]) -> str:
    return _to_json([_converter().unstructure(recent) for recent in recents], indent=1)


def read_recent_media(text: str) -> tuple[RecentItem, ...]:
    """Those that this version understands."""
    recents = []
    try:
        found = json.loads(text)
        rows = found if isinstance(found, list) else []
    except _PARSE_ERRORS:
        rows = []
    for row in rows:
        with suppress(*_PARSE_ERRORS):
            recents.append(_converter().structure(row, RecentItem))
    return tuple(recents)


def _diff_drafts(near: dict[str, Any], drafts: Iterable[Draft]) -> list[dict[str, Any]]:
    steps = []
    for draft in drafts:
        far = _converter().unstructure(draft)
        steps.append({key: value for key, value in far.items() if near[key] != value})
        near = far
    return steps


def _apply_diffs(near: dict[str, Any], steps: list[dict[str, Any]]) -> list[Draft]:
    drafts = []
    for step in steps:
        near = {**near, **step}
        drafts.append(_converter().structure(near, Draft))
    return drafts


def _to_json(plain: Any, indent: int | None = None) -> str:
    # ASCII, so that the lone surrogates of a pasted prompt or an odd file name survive.
    return json.dumps(plain, indent=indent, default=dict)


def _read(text: str, kind: type[Read]) -> Read:
    try:
        plain = json.loads(text)
        if not isinstance(plain, dict):
            raise TypeError("not an object")
        return _converter().structure(plain, kind)
    except _PARSE_ERRORS as error:
        raise UserError(f"This is no {kind.__name__.lower()} that this version understands: {error!r}.") from error


@cache
def _converter() -> "Converter":
    # Made at first use: importing cattrs and building its hooks is work that a start-up needn't pay for.
    from cattrs import Converter
    from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

    def renamed(kind: type) -> dict[str, Any]:
        return {name: override(rename=key) for name, key in KEYS[kind].items()}

    # Detailed errors are not shown to anybody and double the code that is generated for each class.
    converter = Converter(detailed_validation=False, unstruct_collection_overrides={AbstractSet: sorted})
    for kind in (str, int, bool):
        converter.register_structure_hook(kind, _require_type)
    converter.register_structure_hook(StrEnum, lambda value, kind: kind(value))
    converter.register_structure_hook(float, _number)
    converter.register_structure_hook(Decimal, lambda value, _: Decimal(_require_type(value, str)))
    converter.register_unstructure_hook(Decimal, str)
    converter.register_structure_hook_factory(
        KEYS.__contains__,
        lambda kind: make_dict_structure_fn(kind, converter, _cattrs_detailed_validation=False, **renamed(kind)),
    )
    converter.register_unstructure_hook_factory(
        KEYS.__contains__, lambda kind: make_dict_unstructure_fn(kind, converter, **renamed(kind))
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
    converter.register_structure_hook_func(lambda asked: asked == kind, lambda value, _: read(value))
    converter.register_unstructure_hook_func(lambda asked: asked == kind, write)


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
