"""Where no window can be opened, one sentence says why, and the process ends like any other."""

import os
import subprocess
import sys
from collections.abc import Mapping

import pytest

from kling_desktop.system_libraries import library_problem
from kling_desktop.ui.shell.screen_problem import screen_problem


@pytest.mark.parametrize("platform", ["nonsense", "xcb"])
def test_without_a_screen_or_a_platform_plug_in_one_sentence_ends_the_program(platform: str) -> None:
    kept = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    command = [sys.executable, "-m", "kling_desktop"]
    ended = subprocess.run(
        command, env={**kept, "QT_QPA_PLATFORM": platform}, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 1
    [line] = ended.stderr.splitlines()
    assert ("QT_QPA_PLATFORM" if platform == "nonsense" else "no screen to open a window on") in line
    assert "kling-desktop render" in line


@pytest.mark.parametrize(
    ("environment", "missing", "words"),
    [
        ({}, (), "There is no screen"),
        ({"DISPLAY": ""}, ("libxcb-cursor0",), "There is no screen"),
        ({"DISPLAY": ":9"}, ("libxcb-cursor0",), "Install libxcb-cursor0"),
        ({"DISPLAY": ":9", "QT_QPA_PLATFORM": "xcb"}, (), "“:9” can't be reached"),
        ({"WAYLAND_DISPLAY": "wayland-7"}, (), "“wayland-7” can't be reached"),
        ({"DISPLAY": ":9", "QT_QPA_PLATFORM": "cocoa"}, (), "plug-in “cocoa”"),
    ],
)
def test_the_sentence_names_what_to_mend(environment: Mapping[str, str], missing: tuple[str, ...], words: str) -> None:
    assert words in screen_problem(environment, missing)


def test_a_missing_system_library_is_named_with_its_package() -> None:
    error = ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")
    assert "libEGL.so.1 is missing. Install the package libegl1." in library_problem(error)
    assert "Install the package that contains it" in library_problem(ImportError("libodd.so.3: cannot open"))
    assert library_problem(ImportError("No module named 'kling_desktop.main'")) == ""
