"""The filters that there are to choose from, and their names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kling_desktop.domain.library.clip_query import ClipQuery, FilterKind, LineageFilter, LineageScope, Period
from kling_desktop.domain.request.generation_type import GenerationType
from kling_desktop.domain.request.models import MODELS

TYPE_NAMES = {
    GenerationType.TEXT: "Text",
    GenerationType.START: "Start frame",
    GenerationType.START_AND_END: "Start + end",
    GenerationType.REFERENCES: "References",
    GenerationType.EDIT: "Edit a video",
}
LINEAGE_NAMES = {
    LineageScope.CHILDREN: "Made from {}",
    LineageScope.PARENTS: "Led to {}",
    LineageScope.ALL: "Family of {}",
}
FLAG_NAMES = {"pick": "Picked", "": "Unmarked", "reject": "Rejected"}
MOST_STARS = 5
_LONGEST = 24
_LONGEST_WORDS = 18


@dataclass(frozen=True, slots=True)
class Filter:
    """kind and value as `Query.toggled` takes them; name as a chip says it."""

    kind: FilterKind
    value: object
    name: str


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """What the library holds that can be chosen by: presets by ID with their names ("": gone, as far as is known),
    profiles, tags, lengths in seconds, shapes.
    """

    presets: Mapping[str, str] = field(default_factory=dict)
    profiles: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    seconds: tuple[int, ...] = tuple(dict.fromkeys(one for model in MODELS.values() for one in model.durations))
    aspects: tuple[str, ...] = tuple(dict.fromkeys(one.name for model in MODELS.values() for one in model.aspects))


QUICK_FILTERS = (
    Filter(FilterKind.MIN_RATING, 3, "★ 3 and up"),
    Filter(FilterKind.FLAGS, "pick", "Picked"),
    Filter(FilterKind.PERIOD, Period.WEEK, "Last 7 days"),
    Filter(FilterKind.ASPECTS, "16:9", "16:9"),
    Filter(FilterKind.ASPECTS, "9:16", "9:16"),
)
"""Always at hand, as far as there is room."""


def filter_groups(known: FilterChoices) -> tuple[tuple[str, tuple[Filter, ...]], ...]:
    """All filters under their headings; a heading with nothing to choose from is left out."""
    stars = range(1, MOST_STARS + 1)
    offered = (
        ("Way", _all(FilterKind.TYPES, TYPE_NAMES)),
        ("Shape", _all(FilterKind.ASPECTS, known.aspects)),
        ("Length", _all(FilterKind.SECONDS, known.seconds)),
        ("Rating", _all(FilterKind.MIN_RATING, stars)),
        ("Mark", _all(FilterKind.FLAGS, FLAG_NAMES)),
        ("Made", _all(FilterKind.PERIOD, Period)),
        ("Preset", tuple(Filter(FilterKind.PRESETS, one, _short(name)) for one, name in known.presets.items() if name)),
        ("Tag", _all(FilterKind.TAGS, known.tags)),
        ("Profile", _all(FilterKind.PROFILES, known.profiles if len(known.profiles) > 1 else ())),
        ("Trouble", (Filter(FilterKind.HAS_PROBLEM, True, "Has an error"),)),
    )
    return tuple((heading, filters) for heading, filters in offered if filters)


def active_filters(query: ClipQuery, known: FilterChoices) -> tuple[Filter, ...]:
    """Those that a query sets, in the order of their headings; also such as the library no longer knows."""
    return tuple(
        Filter(kind, value, filter_name(kind, value, known)) for kind in query.kinds for value in _values(query, kind)
    )


def filter_name(kind: FilterKind, value: object, known: FilterChoices) -> str:
    """What a chip says."""
    match kind, value:
        case FilterKind.TYPES, GenerationType() as way:
            return TYPE_NAMES[way]
        case FilterKind.SECONDS, length:
            return f"{length} s"
        case FilterKind.MIN_RATING, stars:
            return f"★ {stars}" if stars == MOST_STARS else f"★ {stars} and up"
        case FilterKind.FLAGS, str() as flag:
            return FLAG_NAMES.get(flag, flag)
        case FilterKind.PRESETS, str() as preset:
            return _short(known.presets.get(preset) or "a preset that is gone") if preset else "No preset"
        case FilterKind.LINEAGE, LineageFilter(scope=kinship, prompt_excerpt=words):
            return LINEAGE_NAMES[kinship].format(f"“{_short(words, _LONGEST_WORDS)}”" if words else "a clip")
        case FilterKind.HAS_PROBLEM, _:
            return "Has an error"
    return _short(str(value))


def _values(query: ClipQuery, kind: FilterKind) -> list[object]:
    held = getattr(query, kind)
    return sorted(held, key=str) if isinstance(held, frozenset) else [held]


def _all(kind: FilterKind, values: Iterable[object]) -> tuple[Filter, ...]:
    return tuple(Filter(kind, value, filter_name(kind, value, FilterChoices())) for value in values)


def _short(name: str, longest: int = _LONGEST) -> str:
    return name if len(name) <= longest else f"{name[: longest - 1].rstrip()}…"
