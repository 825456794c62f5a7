"""What every measurement of one benchmark run needs."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.figures import percentile

PROGRAMS = Path(__file__).parent
QUEUED = ", with the queue for a processor"
"""On a busy machine a thread waits for a processor, whatever it does. What is judged leaves that out."""

Times = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Repeats:
    """How often things are measured. rounds: runs of the window; starts: of anything quick."""

    starts: int
    rounds: int
    drops: int
    played_seconds: float
    library_sizes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Bench:
    """home: a folder for this run. environment: of the measured programs. names: the figures that were asked for."""

    home: Path
    environment: Mapping[str, str]
    repeats: Repeats
    names: frozenset[str]

    def run(self, program: str, *arguments: str) -> Mapping[str, Any]:
        """Run one of the programs in this folder and return the figures it prints; ends the benchmark if it fails."""
        done = subprocess.run(
            [sys.executable, PROGRAMS / program, *arguments], env=self.environment, capture_output=True, text=True
        )
        if done.returncode:
            sys.exit(f"{program} failed:\n{done.stderr}")
        figures: Mapping[str, Any] = json.loads(done.stdout)
        return figures

    def report(self, progress: str) -> None:
        """Tell the user what is measured now."""
        sys.stdout.write(f"{progress}\n")
        sys.stdout.flush()


def percentiles(times: Times, name: str, share: float) -> list[float]:
    """One percentile of each run's values under `name`."""
    return [percentile(run[name], share) for run in times]
