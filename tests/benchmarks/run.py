"""Measure how fast the app is: `python3 packaging/dev.py bench [NAME…] [--quick]`.

Everything is measured several times and next to a floor in the same run: a bare Qt window, a bare text field, an idle
loop, a bare Python. Exits with 0 if every target holds.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.benchmarks import library_figures, long_figures, start_figures, window_figures
from tests.benchmarks.bench import Bench, Repeats
from tests.benchmarks.figures import Row, table
from tests.benchmarks.processes import surroundings

FIGURES: Mapping[str, tuple[str, Callable[[Bench], Sequence[Row]]]] = {
    **start_figures.FIGURES,
    **window_figures.FIGURES,
    **library_figures.FIGURES,
    **long_figures.FIGURES,
}
FULL = Repeats(starts=9, rounds=3, drops=100, played_seconds=8, library_sizes=(10_000, 100_000))
QUICK = Repeats(starts=3, rounds=1, drops=10, played_seconds=3, library_sizes=(10_000,))


def main() -> int:
    """Measure and print; returns the exit code."""
    parser = _parser()
    options = parser.parse_args()
    if unknown := [name for name in options.name if name not in FIGURES]:
        parser.error(f"there is no figure “{unknown[0]}”. The figures are: {', '.join(FIGURES)}")
    if not Path("/proc/self/schedstat").exists():
        sys.exit("These figures come from Linux's own accounting in /proc, which this system doesn't have.")
    names = frozenset(options.name or FIGURES.keys() - long_figures.FIGURES.keys())
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), surroundings(Path(folder)), QUICK if options.quick else FULL, names)
        # Some figures come out of the same run of the window.
        measurements = dict.fromkeys(measure for name, (_, measure) in FIGURES.items() if name in names)
        rows = [row for measure in measurements for row in measure(bench)]
    sys.stdout.write(f"\n{table(rows)}\n\n")
    missed = [row.what for row in rows if not row.holds]
    sys.stdout.write(f"Missed: {'; '.join(missed)}.\n" if missed else "Every target holds.\n")
    return 1 if missed else 0


def _parser() -> argparse.ArgumentParser:
    width = max(map(len, FIGURES)) + 2
    figures = "\n".join(f"  {name:<{width}}{what}" for name, (what, _) in FIGURES.items())
    parser = argparse.ArgumentParser(
        prog="dev.py bench",
        description="Measure how fast the app is. Exits with 0 if every target holds.",
        epilog=f"figures:\n{figures}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", nargs="*", metavar="NAME", help="measure only these figures (default: all)")
    parser.add_argument("--quick", action="store_true", help="measure less often, for a first impression")
    return parser


if __name__ == "__main__":
    sys.exit(main())
