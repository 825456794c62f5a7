"""The filters on offer, and their names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kling_desktop.domain.library.clip_query import ClipQuery, FilterKind, LineageFilter, LineageScope, Period
from kling_desktop.domain.request.generation_type import GenerationType
from kling_desktop.domain.request.model_table import MODELS
from kling_desktop.domain.text import plural, shorten

TYPE_NAMES = {
    GenerationType.TEXT: "Text",
    GenerationType.START: "Start frame",
    GenerationType.START_AND_END: "Start + end",
    GenerationType.REFERENCES: "References",
    GenerationType.EDIT: "Edit a video",
}
_LINEAGE = {
    LineageScope.CHILDREN: "Made from “{clip}”",
    LineageScope.PARENTS: "Led to “{clip}”",
    LineageScope.ALL: "Related to “{clip}”",
}
_LINEAGE_OF_UNNAMED = {
    LineageScope.CHILDREN: "Made from a clip",
    LineageScope.PARENTS: "Led to a clip",
    LineageScope.ALL: "Related to a clip",
}
FLAG_NAMES = {"pick": "Picked", "": "No flag", "reject": "Rejected"}
MOST_STARS = 5
_NAME_LIMIT = 24
_EXCERPT_LIMIT = 18


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter: the arguments of `ClipQuery.toggle`, and the text on its chip."""

    kind: FilterKind
    value: object
    name: str


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """What the library contains that clips can be filtered by.

    Attributes:
        presets: The names of presets by their IDs; "" for a deleted preset.
        seconds: The lengths of clips.
        aspects: The aspect ratios of clips.
    """

    presets: Mapping[str, str] = field(default_factory=dict)
    profiles: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    seconds: tuple[int, ...] = tuple(dict.fromkeys(one for model in MODELS.values() for one in model.durations))
    aspects: tuple[str, ...] = tuple(dict.fromkeys(one.name for model in MODELS.values() for one in model.aspects))


QUICK_FILTERS = (
    Filter(FilterKind.MIN_RATING, 3, "3 stars and up"),
    Filter(FilterKind.FLAGS, "pick", "Picked"),
    Filter(FilterKind.PERIOD, Period.WEEK, "Last 7 days"),
    Filter(FilterKind.ASPECTS, "16:9", "16:9"),
    Filter(FilterKind.ASPECTS, "9:16", "9:16"),
)
"""The filters shown beside the search field, as far as there is room."""


def filter_groups(choices: FilterChoices) -> tuple[tuple[str, tuple[Filter, ...]], ...]:
    """Return every filter under its heading. Headings without filters are left out."""
    stars = range(1, MOST_STARS + 1)
    presets = tuple(
        Filter(FilterKind.PRESETS, preset, shorten(name, _NAME_LIMIT))
        for preset, name in choices.presets.items()
        if name
    )
    offered = (
        ("Type", _all(FilterKind.TYPES, TYPE_NAMES)),
        ("Aspect ratio", _all(FilterKind.ASPECTS, choices.aspects)),
        ("Length", _all(FilterKind.SECONDS, choices.seconds)),
        ("Rating", _all(FilterKind.MIN_RATING, stars)),
        ("Flag", _all(FilterKind.FLAGS, FLAG_NAMES)),
        ("Made", _all(FilterKind.PERIOD, Period)),
        ("Preset", presets),
        ("Tag", _all(FilterKind.TAGS, choices.tags)),
        ("Profile", _all(FilterKind.PROFILES, choices.profiles if len(choices.profiles) > 1 else ())),
        ("Problems", (Filter(FilterKind.HAS_PROBLEM, True, "Has a problem"),)),
    )
    return tuple((heading, filters) for heading, filters in offered if filters)


def active_filters(query: ClipQuery, choices: FilterChoices) -> tuple[Filter, ...]:
    """Return the filters that a query sets, including those that match nothing in the library any more."""
    return tuple(
        Filter(kind, value, filter_name(kind, value, choices)) for kind in query.kinds for value in _values(query, kind)
    )


def filter_name(kind: FilterKind, value: object, choices: FilterChoices) -> str:
    """Return the text on a filter's chip."""
    match kind, value:
        case FilterKind.TYPES, GenerationType() as kind_of_clip:
            return TYPE_NAMES[kind_of_clip]
        case FilterKind.SECONDS, length:
            return f"{length} s"
        case FilterKind.MIN_RATING, int() as stars:
            if stars == MOST_STARS:
                return f"{stars} stars"
            return plural(stars, one="1 star and up", other="{count} stars and up")
        case FilterKind.FLAGS, str() as flag:
            return FLAG_NAMES.get(flag, flag)
        case FilterKind.PRESETS, str() as preset:
            return shorten(choices.presets.get(preset) or "Deleted preset", _NAME_LIMIT) if preset else "No preset"
        case FilterKind.LINEAGE, LineageFilter(scope=scope, prompt_excerpt=excerpt):
            clip = shorten(excerpt, _EXCERPT_LIMIT)
            return _LINEAGE[scope].format(clip=clip) if clip else _LINEAGE_OF_UNNAMED[scope]
        case FilterKind.HAS_PROBLEM, _:
            return "Has a problem"
    return shorten(str(value), _NAME_LIMIT)


def _values(query: ClipQuery, kind: FilterKind) -> list[object]:
    held = getattr(query, kind)
    return sorted(held, key=str) if isinstance(held, frozenset) else [held]


def _all(kind: FilterKind, values: Iterable[object]) -> tuple[Filter, ...]:
    return tuple(Filter(kind, value, filter_name(kind, value, FilterChoices())) for value in values)
