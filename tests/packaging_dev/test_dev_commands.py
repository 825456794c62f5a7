"""The development commands, run as a newcomer runs them: as processes, in a checkout of their own."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]

PYPROJECT = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "small"
version = "1"
"""
# A build backend without dependencies, so that a real pip makes a real editable install without a network.
BACKEND = """\
import zipfile

def build_editable(folder, config_settings=None, metadata_directory=None):
    with zipfile.ZipFile(folder + "/small-1-py3-none-any.whl", "w") as wheel:
        info = "small-1.dist-info/"
        wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: small\\nVersion: 1\\nProvides-Extra: dev\\n")
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "RECORD", "")
    return "small-1-py3-none-any.whl"
"""
SCRIPT = """\
import os, sys
seen = ["LEONARDO_API_KEY" in os.environ, os.environ["QT_QPA_PLATFORM"], sys.prefix.endswith(".venv")]
print("the {name} ran:", *seen, *sys.argv[1:])
sys.exit(7)
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with today's packaging/ and a project that needs no downloads, in a folder whose name has a space."""
    root = tmp_path / "a checkout"
    shutil.copytree(REPOSITORY / "packaging", root / "packaging", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "pyproject.toml").write_text(PYPROJECT)
    (root / "backend.py").write_text(BACKEND)
    for script, name in (("journeys/tour.py", "tour"), ("benchmarks/run.py", "bench")):
        path = root / "tests" / script
        path.parent.mkdir(parents=True)
        path.write_text(SCRIPT.format(name=name))
    return root


def start(checkout: Path, *arguments: str, **surroundings: str) -> subprocess.Popen[str]:
    inherited = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    return subprocess.Popen(
        [sys.executable, str(checkout / "packaging" / "dev.py"), *arguments],
        env=inherited | {"LEONARDO_API_KEY": "canary"} | surroundings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str]:
    said, _ = process.communicate(timeout=60)
    return process.returncode, said


def test_two_starts_repair_a_broken_venv_once_and_the_next_start_is_fast(checkout: Path) -> None:
    half_made = checkout / ".venv" / "bin"
    half_made.mkdir(parents=True)
    (half_made / "python").write_text("cut off")

    both = [finish(process) for process in [start(checkout, "bench", "1"), start(checkout, "bench", "2")]]

    assert [code for code, _ in both] == [7, 7], both
    assert sorted(said.count("Rebuilding .venv") for _, said in both) == [0, 1], both
    began = time.monotonic()
    code, said = finish(start(checkout, "run", DISPLAY=":4711"))
    assert time.monotonic() - began < 2
    lines = said.splitlines()
    assert code == 7
    assert lines[0].startswith("There is no display")
    assert lines[1] == "the tour ran: False offscreen True"

    with (checkout / "pyproject.toml").open("a") as pyproject:
        pyproject.write('description = "changed"\n')
    code, said = finish(start(checkout, "tour"))
    assert "Installing the pinned packages" in said
    assert ".venv:" not in said
    assert "Creating" not in said
    assert code == 7


def test_without_the_venv_module_the_apt_command_is_printed(checkout: Path, tmp_path: Path) -> None:
    without = tmp_path / "without"
    without.mkdir()
    # Debian keeps ensurepip in python3-venv; this hides it as if that were not installed.
    (without / "sitecustomize.py").write_text("import sys\nsys.modules['ensurepip'] = None\nsys.base_prefix = '/usr'\n")
    (without / "apt-get").write_text("#!/bin/sh\nexit 1\n")
    (without / "apt-get").chmod(0o755)

    path = f"{without}{os.pathsep}{os.environ['PATH']}"
    code, said = finish(start(checkout, "bench", PYTHONPATH=str(without), PATH=path))

    assert code == 1
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert f"apt-get install -y python{version}-venv" in said
    assert "Traceback" not in said
    assert not (checkout / ".venv").exists()


def test_an_unknown_command_lists_the_known_ones(checkout: Path) -> None:
    code, said = finish(start(checkout, "dance"))
    assert code == 2
    assert all(name in said for name in ("run", "test", "tour", "bench"))
