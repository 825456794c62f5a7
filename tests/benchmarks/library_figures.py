"""Libraries of many clips: opened, scrolled, searched, rated."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks.bench import PROGRAMS, Bench, Times, percentiles
from tests.benchmarks.figures import Row

OPEN_MORE_MS, SCROLL_MS, SCROLL_TIMES, FOUND_MS, RATED_MS, POSTERS_MS, MEMORY_MIB = 30, 16, 2, 30, 16, 100, 60
_IN_A_VISIT = ("posters", "scroll", "rate", "search", "memory")
_PERCENTILES = (
    ("posters", "posters at rest in", "posters", 0.99, POSTERS_MS),
    ("rate", "rating key in", "rate", 0.99, RATED_MS),
    ("search", "letter to found clips painted in", "search", 0.95, FOUND_MS),
    ("search", "letter to all found counted in", "count", None, None),
)
"""The figure, what it says, the values in a visit, and the percentile that is judged with its limit."""


def used(bench: Bench) -> list[Row]:
    """Whichever of these figures were asked for, from the same visits. Memory is measured after everything else."""
    names = [name for name in _IN_A_VISIT if name in bench.names]
    sizes = _prepare(bench)
    bench.report(f"{bench.repeats.rounds} visits to each of these libraries: {', '.join(names)} …")
    visits: dict[int, list[Mapping[str, Any]]] = {size: [] for size in sizes}
    for _ in range(bench.repeats.rounds):
        for size, seen in visits.items():
            seen.append(_visit(bench, size, *(_IN_A_VISIT if "memory" in names else names)))
    return [row for size in bench.repeats.library_sizes for row in _rows(size, visits[size], visits[0], names)]


def opened(bench: Bench) -> list[Row]:
    sizes = _prepare(bench)
    bench.report(f"{bench.repeats.starts} starts with each of these libraries in turn …")
    starts: dict[int, list[Mapping[str, Any]]] = {size: [] for size in sizes}
    for _ in range(bench.repeats.starts):
        for size, times in starts.items():
            times.append(_visit(bench, size, "open"))
    empty = [one["open"] for one in starts[0]]
    rows = []
    for size in bench.repeats.library_sizes:
        library = f"library of {size:,} clips"
        opens, pictures = ([one[name] for one in starts[size]] for name in ("open", "pictured"))
        more = median(own - least for own, least in zip(opens, empty, strict=True))
        rows += [
            Row(f"first paint to clips painted and usable, {library}, floor an empty one", "ms", opens, empty),
            Row(f"what a {library} adds to a start", "ms", [more], (), OPEN_MORE_MS, f"≤ {OPEN_MORE_MS} ms"),
            Row(f"first paint to pictures, {library}", "ms", pictures),
        ]
    return rows


def _prepare(bench: Bench) -> tuple[int, ...]:
    """Make the libraries, unless another figure has done so; returns their sizes, the empty one's first."""
    sizes = (0, *bench.repeats.library_sizes)
    if not _home(bench, sizes[-1]).exists():
        bench.report(f"Making libraries of none, {' and '.join(f'{size:,}' for size in sizes[1:])} clips …")
        for size in sizes:
            if size:
                fill = [sys.executable, str(PROGRAMS / "large_library.py"), str(_home(bench, size)), str(size), "fill"]
                subprocess.run(fill, env=bench.environment, check=True)
            _visit(bench, size, *_IN_A_VISIT)  # goes through the whole file, as after an upgrade
    return sizes


def _visit(bench: Bench, size: int, *names: str) -> Mapping[str, Any]:
    return bench.run("large_library.py", str(_home(bench, size)), str(size), *names)


def _home(bench: Bench, size: int) -> Path:
    return bench.home / f"{size} clips"


def _rows(size: int, visits: Times, empty: Times, names: list[str]) -> list[Row]:
    library = f"library of {size:,} clips"
    rows = []
    if "scroll" in names:
        frames, floor = percentiles(visits, "scroll", 0.99), percentiles(visits, "floor", 0.99)
        within = min(SCROLL_MS, SCROLL_TIMES * median(floor))
        target = f"≤ {SCROLL_MS} ms and {SCROLL_TIMES} × floor"
        rows.append(Row(f"frame of a scroll through a {library}, p99", "ms", frames, floor, within, target))
    for figure, what, name, judged, limit in _PERCENTILES:
        for share in (0.5, 0.95, 0.99) if figure in names else ():
            most = limit if share == judged else None
            told, target = f"{what} a {library}, p{round(100 * share)}", f"≤ {most} ms" if most else ""
            rows.append(Row(told, "ms", percentiles(visits, name, share), (), most, target))
    if "memory" in names:
        memory, least = ([visit["memory"] for visit in some] for some in (visits, empty))
        more = median(own - bare for own, bare in zip(memory, least, strict=True))
        rows.append(Row(f"memory more with a {library}", "MiB", [more], (), MEMORY_MIB, f"≤ {MEMORY_MIB} MiB"))
    return rows


FIGURES = {
    "posters": ("posters at rest after a leap through the library", used),
    "scroll": ("frames of a long scroll", used),
    "rate": ("a rating key until the stars are painted", used),
    "search": ("a letter until the first clips are painted and all are counted", used),
    "memory": ("what a library adds to the memory", used),
    "open": ("what a library adds to a start, until painted and until pictured", opened),
}
