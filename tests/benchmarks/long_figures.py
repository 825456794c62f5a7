"""What a long session leaves behind: on disk and in memory."""

from typing import TYPE_CHECKING, cast

from tests.benchmarks.bench import Bench
from tests.benchmarks.figures import Row

if TYPE_CHECKING:
    from collections.abc import Sequence

MIB = 2**20
_MOST = (
    ("write-ahead log", 8 * MIB),
    ("journal", 4.5 * MIB),
    ("logs", 4.5 * MIB),
    ("drafts", 4 * MIB),
    ("cache", 200 * MIB),
)
_GROWTH = (("threads", 6), ("files open", 12))
_MEMORY_MIB = 96


def long_run(bench: Bench) -> list[Row]:
    """The most of each place, and what memory and the like have grown by since the first third."""
    jobs = 300 if bench.repeats.rounds > 1 else 30
    bench.report(f"a session of {jobs} jobs …")
    figures = cast("Sequence[dict[str, float]]", bench.run("long_run.py", f"{jobs}"))
    rounds, idle = figures[:-1], figures[-1]
    third, last = rounds[len(rounds) // 3], rounds[-1]
    clips = last["clips"]
    rows = [
        Row(
            f"{name}, {jobs} jobs",
            "MiB",
            [max(one[name] for one in rounds) / MIB],
            limit=most / MIB,
            within=f"≤ {most / MIB:g}",
        )
        for name, most in _MOST
    ]
    rows += [
        Row("posters, a clip", "KiB", [last["posters"] / clips / 1024], limit=256, within="≤ 256"),
        Row("temporary files left", "", [last["temporary files"]], limit=0, within="none"),
        Row("log while idle", "KiB/h", [idle["idle log bytes"] / 1024 * 180], limit=64, within="≤ 64"),
    ]
    rows += [
        Row(f"{name}, growth", "", [last[name] - third[name]], limit=most, within=f"≤ {most}") for name, most in _GROWTH
    ]
    grown = (last["memory"] - third["memory"]) / MIB
    rows.append(Row("memory, growth", "MiB", [grown], limit=_MEMORY_MIB, within=f"≤ {_MEMORY_MIB}"))
    return rows


def _most(name: str, rounds: "Sequence[dict[str, float]]", limit: float) -> Row:
    most = max(one[name] for one in rounds)
    return Row(f"{name}, at most", "MiB", [most / MIB], limit=limit / MIB, within=f"≤ {limit / MIB:g}")


FIGURES = {"long": ("what a session of 300 jobs leaves behind, half an hour; only when it is named", long_run)}
