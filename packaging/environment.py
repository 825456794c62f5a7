"""The checkout's own `.venv`: made once, renewed when the pins change, and mended when a start was interrupted."""

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
STAMP = VENV / "made-from.txt"
CONSTRAINTS = "packaging/constraints.txt"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What `.venv` was made from; written last, so an environment without one is half made."""

    base: str
    pins: str

    @classmethod
    def wanted(cls) -> "Stamp":
        pins = hashlib.sha256((ROOT / "pyproject.toml").read_bytes() + (ROOT / CONSTRAINTS).read_bytes())
        # The scripts in .venv hold its full path: a checkout that was moved needs a new one.
        return cls(f"Python {sys.version_info.major}.{sys.version_info.minor} in {ROOT}", pins.hexdigest())

    @classmethod
    def found(cls) -> "Stamp | None":
        """The stamp of a whole environment, None where there is none or its Python has gone."""
        try:
            base, pins = STAMP.read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError):
            return None
        return cls(base, pins) if PYTHON.exists() else None

    def write(self) -> None:
        STAMP.write_text(f"{self.base}\n{self.pins}\n", encoding="utf-8")


def can_be_made() -> bool:
    """Whether `.venv` is there to be used or renewed, or this Python has what making one takes."""
    found = Stamp.found()
    if found and found.base == Stamp.wanted().base:
        return True
    try:
        import ensurepip  # noqa: F401 - parts of it may be missing, which only importing shows
    except ImportError:
        return False
    return True


def ensure() -> None:
    """Leave a whole `.venv` with the project and its pinned packages; costs nothing when it is there already."""
    wanted = Stamp.wanted()
    if Stamp.found() == wanted:
        return
    with _alone() as lock:
        found = Stamp.found()
        if found == wanted:
            return
        if found is None or found.base != wanted.base:
            _make(lock)
        STAMP.unlink(missing_ok=True)
        _install(lock)
        wanted.write()


def _make(lock: int) -> None:
    print("Making .venv." if not VENV.exists() else "Making .venv anew: it is from elsewhere or was left half made.")
    # From inside .venv itself, sys.executable would be the very file that is cleared away.
    python: str = getattr(sys, "_base_executable", sys.executable)
    command = [python, "-m", "venv", "--clear", str(VENV)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, pass_fds=(lock,))
    if done.returncode:
        sys.exit(f"{done.stdout}\n.venv could not be made (see above). Mend that and run the same command again.")


def _install(lock: int) -> None:
    print("Installing the pinned packages into .venv (about 150 MB to fetch the first time) …", flush=True)
    # The older name reaches pip's isolated builds before 25.3, the newer one since. Relative, because pip splits the
    # value at spaces, which a checkout's path may hold.
    pins = {"PIP_CONSTRAINT": CONSTRAINTS, "PIP_BUILD_CONSTRAINT": CONSTRAINTS}
    pip: list[str | Path] = [PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    if subprocess.run([*pip, "--editable", ".[dev]"], cwd=ROOT, env=os.environ | pins, pass_fds=(lock,)).returncode:
        sys.exit("The packages could not be installed (see above). Check the network and run the same command again.")


@contextmanager
def _alone() -> Iterator[int]:
    """Hold other starts in this checkout back. The lock is passed to children: it lasts as long as a pip goes on."""
    handle = os.open(ROOT, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another start is preparing .venv: waiting for it …", flush=True)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle
    finally:
        os.close(handle)
