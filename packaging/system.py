"""What the machine must provide: the libraries Qt loads, a font, a display, and the programs the tests need."""

import ctypes
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

# Library, program or font -> the package that provides it on Debian 12 and 13 and Ubuntu 22.04 and 24.04. The newer
# releases call libglib2.0-0 libglib2.0-0t64, which provides the old name.
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
_APT_INSTALL = "apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300"
TESTS = {"dbus-run-session": "dbus", "gnome-keyring-daemon": "gnome-keyring", "Noto Sans": "fonts-noto-core"}
"""The tests measure text in the default font of most Linux desktops; the window is content with any font."""
PACKAGE = {
    "appstreamcli": "appstream",
    "desktop-file-validate": "desktop-file-utils",
    "dpkg-deb": "dpkg",
    "objdump": "binutils",
    "xz": "xz-utils",
}


def require(needs: dict[str, str]) -> None:
    """Install what is missing if we may; otherwise print how to, and exit."""
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
    print(f"Installing system packages: {' '.join(packages)} …", flush=True)
    # If the package lists can't be updated, the old ones may do.
    script = f"export DEBIAN_FRONTEND=noninteractive; apt-get update; {_APT_INSTALL} {shlex.join(packages)}"
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    result = subprocess.run([*sudo, "sh", "-c", script], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if result.returncode or (missing := _missing(needs)):
        sys.exit(f"{result.stdout}\nStill missing: {', '.join(missing)} (see above).")


def venv_instructions(needs: dict[str, str]) -> str:
    """How to install ensurepip, and anything else that is missing, in one line."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    if sys.base_prefix != "/usr" or not has_apt():
        return f"The Python in {sys.base_prefix} can't create a .venv (no ensurepip). Use a complete Python {version}."
    line = apt_line([f"python{version}-venv", *_packages(needs, _missing(needs))])
    return f"Python's venv module is missing. Install it with this line, then run the same command again:\n\n  {line}\n"


def apt_line(packages: list[str]) -> str:
    """A shell command that installs the packages, with sudo unless the user is root."""
    sudo = "" if os.geteuid() == 0 else "sudo "
    return f"{sudo}apt-get update && {sudo}apt-get install -y {shlex.join(packages)}"


def has_apt() -> bool:
    return shutil.which("apt-get") is not None


def has_display_variable() -> bool:
    """Whether the environment names a display. macOS always has one."""
    return sys.platform == "darwin" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def can_open_display() -> bool:
    """Whether a window can be shown. Connects to the display, since the variable may point nowhere."""
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
    return [] if sys.platform == "darwin" else [need for need in needs if not _is_installed(need)]


def _packages(needs: dict[str, str], missing: list[str]) -> list[str]:
    return sorted({needs[need] for need in missing})


def _is_installed(need: str) -> bool:
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
