"""Prove that nothing is lost and nothing paid for twice: `python3 packaging/dev.py faults`.

Kills the app at seeded moments, and lets each part of a job meet each fault. Ends with 0 if nothing was lost or double.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.faults import matrix
from tests.faults.kills import Outcome, kill_often

STATES = ("start", "waiting", "held", "uploading", "sending", "unknown", "generating", "made", "downloading", "done")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1, help="of the moments of the kills")
    parser.add_argument("--only", choices=("kills", "matrix"))
    options = parser.parse_args()
    bad = 0
    if options.only != "kills":
        bad += _let_all_meet()
    if options.only != "matrix":
        bad += _kill(options.kills, options.seed)
    return 1 if bad else 0


def _let_all_meet() -> int:
    with tempfile.TemporaryDirectory() as folder:
        tried = matrix.try_all(Path(folder), matrix.cells())
    print(f"\n{matrix.table(tried)}\n")
    return sum(cell.lost + cell.double for cell in tried)


def _kill(kills: int, seed: int) -> int:
    outcomes: list[Outcome] = []
    try:
        with tempfile.TemporaryDirectory() as folder:
            for outcome in kill_often(kills, seed, Path(folder)):
                outcomes.append(outcome)  # noqa: PERF402 - the outcomes before an error count
    finally:
        print(f"\n{table(outcomes)}")
    return sum(_lost(one) + _double(one) for one in outcomes)


def table(outcomes: Sequence[Outcome]) -> str:
    """How the kills went, by the state in which they hit."""
    heads = ("killed at", "kills", "clicks", "made", "whole files", "to choose", "asked", "lost", "double")
    rows: list[tuple[str, ...]] = [heads]
    for state in (*STATES, ""):
        those = [one for one in outcomes if one.at == state or not state]
        if those:
            counts = [(one.clicks, one.made, one.whole, one.offered, one.asked) for one in those]
            totals = map(sum, zip(*counts, strict=True))
            bad = (sum(map(_lost, those)), sum(map(_double, those)))
            rows.append((state or "all", *(str(number) for number in (len(those), *totals, *bad))))
    widths = [max(len(row[at]) for row in rows) for at in range(len(heads))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def _lost(one: Outcome) -> int:
    """Films that were paid for and are neither there nor offered, and jobs that neither ended nor ask for a word."""
    return one.made - one.whole - one.offered + one.open


def _double(one: Outcome) -> int:
    return max(0, one.made - one.clicks)


if __name__ == "__main__":
    sys.exit(main())
