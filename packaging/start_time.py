"""Compares the bundle's start with that from source, in turn and in one run: `start_time.py PROGRAM [TIMES]`."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.benchmarks.processes import surroundings

LIMIT = 1.15
_PAINTED = "Flushing top level"
_TELL = {"QT_LOGGING_RULES": "qt.widgets.painting.info=true", "QT_MESSAGE_PATTERN": "%{time boot} %{message}"}


def main(arguments: list[str]) -> int:
    """Print both medians and their ratio. Returns 1 if the bundle starts too slowly."""
    program, times = arguments[0], int(arguments[1]) if arguments[1:] else 9
    with tempfile.TemporaryDirectory() as home:
        environment = surroundings(Path(home))
        # A prefix of its own, so that the bundle's files can't be mistaken for those of the source.
        commands = {"source": [sys.executable, "-m", "kling_desktop", "--sandbox"], "bundle": [program, "--sandbox"]}
        for command in commands.values():
            until_painted(command, environment)  # compiles, and fills the system's caches
        walls: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(times):
            for name, command in commands.items():
                walls[name].append(until_painted(command, environment))
    source, bundle = median(walls["source"]), median(walls["bundle"])
    ratio = median(b / s for b, s in zip(walls["bundle"], walls["source"], strict=True))
    print(f"start to first paint: source {source:.0f} ms, bundle {bundle:.0f} ms, ratio {ratio:.2f} (at most {LIMIT})")
    return int(ratio > LIMIT)


def until_painted(command: list[str], environment: dict[str, str]) -> float:
    """Milliseconds until the window's first picture."""
    began = time.monotonic()
    with subprocess.Popen(command, env={**environment, **_TELL}, stderr=subprocess.PIPE, text=True) as child:
        assert child.stderr is not None
        try:
            for line in child.stderr:
                if _PAINTED in line:
                    return 1000 * (float(line.split()[0]) - began)
        finally:
            child.kill()
    sys.exit(f"{command[0]} never painted a window.")


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.exit(main(sys.argv[1:]))
