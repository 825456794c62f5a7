"""Where no window can be opened, one sentence says why, and the process ends like any other."""

import os
import subprocess
import sys
from collections.abc import Mapping

import pytest
import system

from kling_desktop.system_libraries import LIBRARIES, library_problem
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
        ({"DISPLAY": ""}, ("libxcb-cursor.so.0",), "There is no screen"),
        ({"DISPLAY": ":9"}, ("libxcb-cursor.so.0",), "apt install libxcb-cursor0"),
        ({"DISPLAY": ":9", "QT_QPA_PLATFORM": "xcb"}, (), "“:9” can't be reached"),
        ({"WAYLAND_DISPLAY": "wayland-7"}, (), "“wayland-7” can't be reached"),
        ({"DISPLAY": ":9", "QT_QPA_PLATFORM": "cocoa"}, (), "plug-in “cocoa”"),
    ],
)
def test_the_sentence_names_what_to_mend(environment: Mapping[str, str], missing: tuple[str, ...], words: str) -> None:
    assert words in screen_problem(environment, missing)


def test_a_missing_system_library_is_named_with_its_package_on_each_system() -> None:
    said = library_problem(ImportError("libxcb-icccm.so.4: cannot open shared object file: No such file or directory"))
    assert "lacks libxcb-icccm.so.4" in said
    assert all(line in said for line in ("apt install libxcb-icccm4", "dnf install xcb-util-wm", "pacman -S xcb-util"))
    assert "Install the package that contains it" in library_problem(ImportError("libodd.so.3: cannot open"))
    assert library_problem(ImportError("No module named 'kling_desktop.main'")) == ""


def test_every_library_that_the_developers_commands_install_has_packages_for_users() -> None:
    for need, package in (system.QT | system.SCREEN).items():
        if need.startswith("lib"):
            assert LIBRARIES[need].apt == package
