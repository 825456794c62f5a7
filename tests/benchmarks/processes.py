"""Whole processes, timed from outside, with the system's own accounting."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

# Qt itself tells when it has brought a window's first picture to the screen, of any program alike.
_TELL_PAINTS = {"QT_LOGGING_RULES": "qt.widgets.painting.info=true", "QT_MESSAGE_PATTERN": "%{time boot} %{message}"}
_PAINTED = "Flushing top level"
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Start:
    """Of a window, in milliseconds: until its first picture is on the screen, and the processor's time until then.
    rest: resident memory at rest, in MiB, where it was waited for."""

    wall: float
    cpu: float
    rest: float | None = None


def surroundings(home: Path) -> dict[str, str]:
    """A home of its own, nothing of the user's, and compiled modules as an installed app has them."""
    unwanted = ("PYTHONDONTWRITEBYTECODE", "PYTHONDEVMODE", "PYTHONWARNINGS", "LEONARDO_API_KEY")
    (home / "temporary").mkdir(exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    folders = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("DATA", "CONFIG", "CACHE", "STATE")}
    return (
        kept
        | folders
        | {
            "HOME": str(home),
            "TMPDIR": str(home / "temporary"),
            "PYTHONPYCACHEPREFIX": str(home / "compiled"),
            "QT_QPA_PLATFORM": "offscreen",
            "DBUS_SESSION_BUS_ADDRESS": "disabled:",
        }
    )


def start(command: Sequence[str | Path], around: Mapping[str, str], *, until_rest: bool = False) -> Start:
    """Start a window, wait for its first picture (and until it has nothing more to do), end it."""
    began = time.monotonic()
    with _running(command, around) as child:
        assert child.stderr is not None
        lines = []
        for line in child.stderr:
            lines.append(line)
            if _PAINTED in line:
                painted, cpu = float(line.split()[0]), _cpu_seconds(child.pid)
                break
        else:
            sys.exit(f"{command} came to no picture:\n{''.join(lines[-20:])}")
        # What it tells from here on would fill the pipe and stop it.
        Thread(target=child.stderr.read, daemon=True).start()
        return Start(1000 * (painted - began), 1000 * cpu, _at_rest(child.pid) if until_rest else None)


def timed(command: Sequence[str | Path], around: Mapping[str, str]) -> tuple[float, float]:
    """Seconds until it has ended, and of the processor."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run([sys.executable, *command], env=around, check=True, stdout=subprocess.DEVNULL)
    took, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@contextmanager
def _running(command: Sequence[str | Path], around: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    child = subprocess.Popen(
        [sys.executable, *command], env={**around, **_TELL_PAINTS}, stderr=subprocess.PIPE, text=True
    )
    try:
        yield child
    finally:
        child.kill()
        child.wait()


def _cpu_seconds(pid: int) -> float:
    nanoseconds = 0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
            nanoseconds += int((thread / "schedstat").read_text().split()[0])
    return nanoseconds / 1e9


def _at_rest(pid: int) -> float:
    """Resident memory in MiB, once a second has passed with next to nothing to do."""
    end, before = time.monotonic() + _PATIENCE, 0.0
    while time.monotonic() < end:
        time.sleep(1)
        now = _cpu_seconds(pid)
        if now - before < 0.03:
            break
        before = now
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024
