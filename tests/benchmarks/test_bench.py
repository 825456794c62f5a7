"""The benchmark command itself; its figures are for `dev.py bench` on a quiet machine."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "tests/benchmarks/run.py", *arguments], capture_output=True, text=True
    )


def test_only_the_named_figures_are_measured() -> None:
    done = bench("check", "--quick")
    assert done.returncode in (0, 1), done.stderr
    assert "`check` of one file" in done.stdout
    assert "start to first paint" not in done.stdout


def test_an_unknown_figure_is_refused_with_the_list() -> None:
    done = bench("start", "skroll")
    assert (done.returncode, done.stdout) == (2, "")
    assert "skroll" in done.stderr
    assert "start, presets, check, typing, stalls, play, drop, posters, scroll, rate, search" in done.stderr
