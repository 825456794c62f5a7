"""The checkout's own `.venv`: created once, updated when the pins change, rebuilt if its creation was interrupted."""

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
    """What `.venv` was built from. It is written last, so an environment without one is incomplete."""

    base: str
    pins: str

    @classmethod
    def required(cls) -> "Stamp":
        pins = hashlib.sha256((ROOT / "pyproject.toml").read_bytes() + (ROOT / CONSTRAINTS).read_bytes())
        # The scripts in .venv contain its full path, so a checkout that was moved needs a new one.
        return cls(f"Python {sys.version_info.major}.{sys.version_info.minor} in {ROOT}", pins.hexdigest())

    @classmethod
    def found(cls) -> "Stamp | None":
        """The stamp of a complete environment; None if there is none, or its Python is gone."""
        try:
            base, pins = STAMP.read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError):
            return None
        return cls(base, pins) if PYTHON.exists() else None

    def write(self) -> None:
        STAMP.write_text(f"{self.base}\n{self.pins}\n", encoding="utf-8")


def can_be_created() -> bool:
    """Whether `.venv` exists already, or this Python is able to create one."""
    found = Stamp.found()
    if found and found.base == Stamp.required().base:
        return True
    try:
        import ensurepip  # noqa: F401 - parts of it may be missing, and only an import finds out
    except ImportError:
        return False
    return True


def ensure() -> None:
    """Make sure `.venv` holds the project and its pinned packages. Returns at once if it does."""
    required = Stamp.required()
    if Stamp.found() == required:
        return
    with _exclusive() as lock:
        found = Stamp.found()
        if found == required:
            return
        if found is None or found.base != required.base:
            _create(lock)
        STAMP.unlink(missing_ok=True)
        _install(lock)
        required.write()


def ensure_tools(*names: str) -> None:
    """Install tools that only a few commands need, in the pinned versions."""
    if all((BIN / name).exists() for name in names):
        return
    with _exclusive() as lock:
        pip: list[str | Path] = [PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
        if subprocess.run([*pip, "--constraint", CONSTRAINTS, *names], cwd=ROOT, pass_fds=(lock,)).returncode:
            sys.exit(f"Couldn't install {', '.join(names)} (see above).")


def _create(lock: int) -> None:
    print("Rebuilding .venv: it is incomplete or from another place." if VENV.exists() else "Creating .venv.")
    # Inside .venv, sys.executable would be the very file that --clear deletes.
    python: str = getattr(sys, "_base_executable", sys.executable)
    command = [python, "-m", "venv", "--clear", str(VENV)]
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, pass_fds=(lock,))
    if result.returncode:
        sys.exit(f"{result.stdout}\nCouldn't create .venv (see above). Fix that, then run the same command again.")


def _install(lock: int) -> None:
    print("Installing the pinned packages into .venv (a download of about 150 MB the first time) …", flush=True)
    # Isolated builds read the first variable before pip 25.3 and the second since. The path is relative because pip
    # splits the value at spaces, and the checkout's path may contain some.
    pins = {"PIP_CONSTRAINT": CONSTRAINTS, "PIP_BUILD_CONSTRAINT": CONSTRAINTS}
    pip: list[str | Path] = [PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    if subprocess.run([*pip, "--editable", ".[dev]"], cwd=ROOT, env=os.environ | pins, pass_fds=(lock,)).returncode:
        sys.exit("Couldn't install the packages (see above). Check the network, then run the same command again.")


@contextmanager
def _exclusive() -> Iterator[int]:
    """Lock this checkout against other starts. Children inherit the lock, so it lasts as long as pip runs."""
    handle = os.open(ROOT, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another start is preparing .venv. Waiting for it …", flush=True)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle
    finally:
        os.close(handle)
