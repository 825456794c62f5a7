"""The filters that there are to choose from, and their names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kling_desktop.domain.library.clip_query import Period, Query
from kling_desktop.domain.library.lineage_filter import Kindred, Kinship
from kling_desktop.domain.request.generation_type import GenerationType
from kling_desktop.domain.request.models import KLING_O1

WAYS = {
    GenerationType.TEXT: "Text",
    GenerationType.START: "Start frame",
    GenerationType.START_AND_END: "Start + end",
    GenerationType.REFERENCES: "References",
    GenerationType.EDIT: "Edit a video",
}
KINSHIPS = {Kinship.CHILDREN: "Made from {}", Kinship.PARENTS: "Led to {}", Kinship.ALL: "Family of {}"}
FLAGS = {"pick": "Picked", "": "Unmarked", "reject": "Rejected"}
MOST_STARS = 5
_LONGEST = 24
_LONGEST_WORDS = 18


@dataclass(frozen=True, slots=True)
class Filter:
    """kind and value as `Query.toggled` takes them; name as a chip says it."""

    kind: str
    value: object
    name: str


@dataclass(frozen=True, slots=True)
class Known:
    """What the library holds that can be chosen by: presets by ID with their names ("": gone, as far as is known),
    profiles, tags, lengths in seconds, shapes.
    """

    presets: Mapping[str, str] = field(default_factory=dict)
    profiles: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    seconds: tuple[int, ...] = KLING_O1.durations
    aspects: tuple[str, ...] = tuple(preset.name for preset in KLING_O1.aspects)


QUICK = (
    Filter("least_rating", 3, "★ 3 and up"),
    Filter("flags", "pick", "Picked"),
    Filter("period", Period.WEEK, "Last 7 days"),
    Filter("aspects", "16:9", "16:9"),
    Filter("aspects", "9:16", "9:16"),
)
"""Always at hand, as far as there is room."""


def groups(known: Known) -> tuple[tuple[str, tuple[Filter, ...]], ...]:
    """All filters under their headings; a heading with nothing to choose from is left out."""
    stars = range(1, MOST_STARS + 1)
    offered = (
        ("Way", _all("ways", WAYS)),
        ("Shape", _all("aspects", known.aspects)),
        ("Length", _all("seconds", known.seconds)),
        ("Rating", _all("least_rating", stars)),
        ("Mark", _all("flags", FLAGS)),
        ("Made", _all("period", Period)),
        ("Preset", tuple(Filter("presets", one, _short(name)) for one, name in known.presets.items() if name)),
        ("Tag", _all("tags", known.tags)),
        ("Profile", _all("profiles", known.profiles if len(known.profiles) > 1 else ())),
        ("Trouble", (Filter("troubled", True, "Has an error"),)),
    )
    return tuple((heading, filters) for heading, filters in offered if filters)


def set_filters(query: Query, known: Known) -> tuple[Filter, ...]:
    """Those that a query sets, in the order of their headings; also such as the library no longer knows."""
    return tuple(
        Filter(kind, value, name_of(kind, value, known)) for kind in query.kinds for value in _values(query, kind)
    )


def name_of(kind: str, value: object, known: Known) -> str:
    """What a chip says."""
    match kind, value:
        case "ways", GenerationType() as way:
            return WAYS[way]
        case "seconds", length:
            return f"{length} s"
        case "least_rating", stars:
            return f"★ {stars}" if stars == MOST_STARS else f"★ {stars} and up"
        case "flags", str() as flag:
            return FLAGS.get(flag, flag)
        case "presets", str() as preset:
            return _short(known.presets.get(preset) or "a preset that is gone") if preset else "No preset"
        case "kin", Kindred(kinship=kinship, words=words):
            return KINSHIPS[kinship].format(f"“{_short(words, _LONGEST_WORDS)}”" if words else "a clip")
        case "troubled", _:
            return "Has an error"
    return _short(str(value))


def _values(query: Query, kind: str) -> list[object]:
    held = getattr(query, kind)
    return sorted(held, key=str) if isinstance(held, frozenset) else [held]


def _all(kind: str, values: Iterable[object]) -> tuple[Filter, ...]:
    return tuple(Filter(kind, value, name_of(kind, value, Known())) for value in values)


def _short(name: str, longest: int = _LONGEST) -> str:
    return name if len(name) <= longest else f"{name[: longest - 1].rstrip()}…"
