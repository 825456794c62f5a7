"""What each of the project's commands does, once Python is new enough."""

import os
import subprocess
import sys
import time

import environment
import system
from environment import BIN, PYTHON, ROOT

USAGE = """\
python3 packaging/dev.py COMMAND

  run [FILE…]         open the window on the sandbox; without a display, take the tour
  test [PYTEST…]      format, lint, types, import contracts, tests
  tour                drive the real window, unseen, through two sample requests into out/tour
  bench               measure the start, the memory and a key press
  faults              kill the app 200 times and let every fault meet every part of a job; count what was charged
"""
CHECKS: dict[str, list[str | os.PathLike[str]]] = {
    "Format": [PYTHON, "-m", "ruff", "format", "--check", "."],
    "Lint": [PYTHON, "-m", "ruff", "check", "."],
    "Types": [PYTHON, "-m", "mypy"],
    "Contracts": [BIN / "lint-imports"],
}
WORKERS = "2"


def main(arguments: list[str]) -> None:
    """Carry out the command named first; ends the process with that command's exit code."""
    commands = {"run": run, "test": test, "tour": tour, "bench": bench, "faults": faults}
    name = arguments[0] if arguments else "--help"
    if name not in commands:
        print(USAGE, end="")
        sys.exit(0 if name in ("--help", "-h") else 2)
    try:
        commands[name](arguments[1:])
    except KeyboardInterrupt:
        sys.exit(130)


def run(arguments: list[str]) -> None:
    if system.display_is_named():
        _prepare(system.QT | system.SCREEN)
        if system.display_opens():
            print("Opening the window on the sandbox.")
            _become([PYTHON, "-m", "kling_desktop", "--sandbox", *arguments], dict(os.environ))
    print("There is no display here to open a window on, so the tour is taken instead.")
    tour([])


def tour(arguments: list[str]) -> None:
    _prepare(system.QT)
    os.chdir(ROOT)
    _become([PYTHON, ROOT / "tests/journeys/tour.py", *arguments], _unseen())


def bench(arguments: list[str]) -> None:
    _prepare(system.QT)
    os.chdir(ROOT)
    _become([PYTHON, ROOT / "tests/benchmarks/run.py", *arguments], _unseen())


def faults(arguments: list[str]) -> None:
    _prepare(system.QT)
    os.chdir(ROOT)
    _become([PYTHON, ROOT / "tests/faults/run.py", *arguments], _unseen())


def test(arguments: list[str]) -> None:
    _prepare(system.QT | system.TESTS)
    os.chdir(ROOT)
    for name, command in CHECKS.items():
        print(f"{name:<10}", end="", flush=True)
        began = time.monotonic()
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        print(f"{time.monotonic() - began:6.1f} s", flush=True)
        if done.returncode:
            print(done.stdout, end="")
            print(f"{name}: this has to be mended first; what follows it was not run.")
            sys.exit(done.returncode)
    print("Tests")
    _become([PYTHON, "-m", "pytest", "-n", WORKERS, *arguments], _unseen())


def _prepare(needs: dict[str, str]) -> None:
    if not environment.can_be_made():
        sys.exit(system.how_to_get_venv(needs))
    system.require(needs)
    environment.ensure()


def _unseen() -> dict[str, str]:
    """Surroundings in which nothing reaches the developer's screen, keyring or paid account."""
    surroundings = dict(os.environ, QT_QPA_PLATFORM="offscreen", DBUS_SESSION_BUS_ADDRESS="disabled:")
    surroundings.pop("LEONARDO_API_KEY", None)
    return surroundings


def _become(command: list[str | os.PathLike[str]], surroundings: dict[str, str]) -> None:
    """Hand this process over, so that Ctrl-C, signals and the exit code are the command's own."""
    sys.stdout.flush()
    os.execve(command[0], command, surroundings)
