"""What the machine itself must have: the system libraries Qt loads, a font, a display, and the tests' programs."""

import ctypes
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

# What is loaded or run -> the package that holds it on Debian 12 and 13 and Ubuntu 22.04 and 24.04. libglib2.0-0 is
# called libglib2.0-0t64 on the newer ones, which provides the old name.
QT = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "a font": "fonts-noto-core",
}
SCREEN = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
_QUIETLY = "apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300"
TESTS = {"dbus-run-session": "dbus", "gnome-keyring-daemon": "gnome-keyring", "Noto Sans": "fonts-noto-core"}
"""The tests measure texts in the font that most Linux desktops show them in; any font will do for the window."""


def require(needs: dict[str, str]) -> None:
    """Return once everything needed is there: installed where allowed, else say how and end."""
    missing = _missing(needs)
    if not missing:
        return
    packages = _packages(needs, missing)
    if not has_apt():
        sys.exit(f"Missing on this machine: {', '.join(missing)}. Install them, then run the same command again.")
    if not _may_install():
        line = apt_line(packages)
        sys.exit(
            f"Missing: {', '.join(missing)}. This line installs them; then run the same command again:\n\n  {line}\n"
        )
    print(f"Installing what this machine lacks: {' '.join(packages)} …", flush=True)
    # A package list that can't be renewed is no reason to stop: the old one may do.
    script = f"export DEBIAN_FRONTEND=noninteractive; apt-get update; {_QUIETLY} {shlex.join(packages)}"
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    done = subprocess.run([*sudo, "sh", "-c", script], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode or (missing := _missing(needs)):
        sys.exit(f"{done.stdout}\nStill missing: {', '.join(missing)} (see above).")


def how_to_get_venv(needs: dict[str, str]) -> str:
    """What helps where Python comes without ensurepip: one line, which brings what else is missing too."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    if sys.base_prefix != "/usr" or not has_apt():
        return f"The Python in {sys.base_prefix} can't make a .venv (no ensurepip): use a complete Python {version}."
    line = apt_line([f"python{version}-venv", *_packages(needs, _missing(needs))])
    return f"Python's venv module is missing here. This line helps; then run the same command again:\n\n  {line}\n"


def apt_line(packages: list[str]) -> str:
    """One line for a shell that installs the packages, with sudo for those who aren't root."""
    sudo = "" if os.geteuid() == 0 else "sudo "
    return f"{sudo}apt-get update && {sudo}apt-get install -y {shlex.join(packages)}"


def has_apt() -> bool:
    return shutil.which("apt-get") is not None


def display_is_named() -> bool:
    """Whether the surroundings speak of a display at all; macOS always has one."""
    return sys.platform == "darwin" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def display_opens() -> bool:
    """Whether a window can be shown: the display itself is asked, since a variable may point nowhere."""
    if sys.platform == "darwin":
        return True
    if os.environ.get("WAYLAND_DISPLAY"):
        wayland = ctypes.CDLL("libwayland-client.so.0")
        wayland.wl_display_connect.restype = ctypes.c_void_p
        if wayland.wl_display_connect(None):
            return True
    if not os.environ.get("DISPLAY"):
        return False
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    return not xcb.xcb_connection_has_error(ctypes.c_void_p(xcb.xcb_connect(None, None)))


def _missing(needs: dict[str, str]) -> list[str]:
    return [] if sys.platform == "darwin" else [need for need in needs if not _is_there(need)]


def _packages(needs: dict[str, str], missing: list[str]) -> list[str]:
    return sorted({needs[need] for need in missing})


def _is_there(need: str) -> bool:
    if need == "a font":
        return any(_fonts("*.[to]t[fc]"))
    if need == "Noto Sans":
        return any(_fonts("NotoSans-Regular.*"))
    if ".so." not in need:
        return shutil.which(need) is not None
    try:
        ctypes.CDLL(need)
    except OSError:
        return False
    return True


def _fonts(pattern: str) -> Iterator[Path]:
    for folder in (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts"):
        yield from folder.rglob(pattern)


def _may_install() -> bool:
    if os.geteuid() == 0:
        return True
    return (
        shutil.which("sudo") is not None and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0
    )
