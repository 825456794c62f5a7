"""The project's commands: run, test, check, tour, screenshots, bench, faults and package."""

import os
import subprocess
import sys
import time

import environment
import system
from environment import BIN, PYTHON, ROOT, VENV

USAGE = """\
python3 packaging/dev.py COMMAND

  run [FILE…]         open the window on the sandbox; without a display, take the tour instead
  test [--fast] [PYTEST…]
                      check, then run the tests; --fast leaves out windows, videos and whole programs
  check               format, lint, types and import contracts
  tour                drive the real window offscreen through two sample requests; pictures go to out/tour
  screenshots         picture every screen in every look; --look and --screen choose; they go to out/screenshots
  bench [NAME…]       measure start-up, memory, key presses and more; --help lists the names
  faults              kill the app 200 times, inject every fault at every stage of a job, and count the charges
  package [PART…]     make the bundle, the .deb, the .tar.xz and the wheel, and check them; --help lists the parts
"""
CHECKS: dict[str, list[str | os.PathLike[str]]] = {
    "Format": [PYTHON, "-m", "ruff", "format", "--check", "."],
    "Lint": [PYTHON, "-m", "ruff", "check", "."],
    "Types": [PYTHON, "-m", "mypy"],
    "Contracts": [BIN / "lint-imports"],
}
WORKERS = "3"
FAST_TESTS = ("tests/domain", "tests/store", "tests/services", "tests/api")


def main(arguments: list[str]) -> None:
    """Run the command named first. Ends the process with that command's exit code."""
    commands = {"run": run, "test": test, "check": check, "tour": tour, "bench": bench, "faults": faults}
    commands |= {"package": package, "screenshots": screenshots}
    name = arguments[0] if arguments else "--help"
    if name not in commands:
        print(USAGE, end="")
        sys.exit(0 if name in ("--help", "-h") else 2)
    try:
        commands[name](arguments[1:])
    except KeyboardInterrupt:
        sys.exit(130)


def run(arguments: list[str]) -> None:
    if system.has_display_variable():
        _prepare(system.QT | system.SCREEN)
        if system.can_open_display():
            print("Opening the window on the sandbox.")
            _become([PYTHON, "-m", "kling_desktop", "--sandbox", *arguments], _environment())
    print("There is no display to open a window on; taking the tour instead.")
    tour([])


def tour(arguments: list[str]) -> None:
    _prepare(system.QT)
    os.chdir(ROOT)
    _become([PYTHON, ROOT / "tests/journeys/tour.py", *arguments], _offscreen_environment())


def screenshots(arguments: list[str]) -> None:
    _prepare(system.QT)
    os.chdir(ROOT)
    _become([PYTHON, ROOT / "tests/journeys/screenshots.py", *arguments], _offscreen_environment())


def bench(arguments: list[str]) -> None:
    _prepare(system.QT)
    os.chdir(ROOT)
    _become([PYTHON, ROOT / "tests/benchmarks/run.py", *arguments], _offscreen_environment())


def faults(arguments: list[str]) -> None:
    _prepare(system.QT)
    os.chdir(ROOT)
    _become([PYTHON, ROOT / "tests/faults/run.py", *arguments], _offscreen_environment())


def package(arguments: list[str]) -> None:
    _prepare(system.QT | system.PACKAGE)
    environment.ensure_tools("pyinstaller")
    os.chdir(ROOT)
    surroundings = _offscreen_environment() | {"PYTHONPATH": str(ROOT)}
    _become([PYTHON, ROOT / "packaging/package.py", *arguments], surroundings)


def test(arguments: list[str]) -> None:
    _prepare(system.QT | system.TESTS)
    os.chdir(ROOT)
    _run_checks()
    print("Tests")
    selection: list[str | os.PathLike[str]] = []
    if "--fast" in arguments:
        arguments = [argument for argument in arguments if argument != "--fast"]
        selection = [*FAST_TESTS, *sorted(ROOT.glob("tests/test_*.py"))]
    _become([PYTHON, "-m", "pytest", "-n", WORKERS, *selection, *arguments], _offscreen_environment())


def check(_arguments: list[str]) -> None:
    _prepare({})
    os.chdir(ROOT)
    _run_checks()


def _run_checks() -> None:
    for name, command in CHECKS.items():
        print(f"{name:<10}", end="", flush=True)
        started = time.monotonic()
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        print(f"{time.monotonic() - started:6.1f} s", flush=True)
        if result.returncode:
            print(result.stdout, end="")
            print(f"{name} failed. Fix this first; nothing after it was run.")
            sys.exit(result.returncode)


def _prepare(needs: dict[str, str]) -> None:
    if not environment.can_be_created():
        sys.exit(system.venv_instructions(needs))
    system.require(needs)
    environment.ensure()


def _offscreen_environment() -> dict[str, str]:
    """Environment variables that keep the developer's screen, keyring and paid account out of reach."""
    environ = _environment() | {"QT_QPA_PLATFORM": "offscreen", "DBUS_SESSION_BUS_ADDRESS": "disabled:"}
    environ.pop("LEONARDO_API_KEY", None)
    return environ


def _environment() -> dict[str, str]:
    """This process's environment variables, with compiled modules kept: without them, each of the hundreds of programs
    that the tests start compiles the whole app again. Who wants none beside the source gets them in `.venv`.
    """
    environ = dict(os.environ)
    if environ.pop("PYTHONDONTWRITEBYTECODE", None):
        environ.setdefault("PYTHONPYCACHEPREFIX", str(VENV / "compiled"))
    return environ


def _become(command: list[str | os.PathLike[str]], environ: dict[str, str]) -> None:
    """Replace this process, so that signals and the exit code are the command's own."""
    sys.stdout.flush()
    os.execve(command[0], command, environ)
