"""The system libraries that Qt needs, and the packages of Debian and Ubuntu that contain them."""

import re

WITHOUT_WINDOW = "`kling-desktop check` and `kling-desktop render` work without a window."

_BASICS = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
_SCREEN = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
_LIBRARY = re.compile(r"lib[\w.+-]+?\.so[.\d]*")


def missing_packages() -> tuple[str, ...]:
    """Return the packages with libraries for an X11 screen that this system lacks."""
    return tuple(package for library, package in _SCREEN.items() if not _can_load(library))


def library_problem(error: ImportError) -> str:
    """Return the sentence for a system library that Python couldn't load; "" if the error is about something else."""
    found = _LIBRARY.search(str(error))
    if found is None:
        return ""
    library = found[0]
    package = _BASICS.get(library) or _SCREEN.get(library)
    cure = f"Install the package {package}." if package else "Install the package that contains it."
    return f"The window can't be opened, since the system library {library} is missing. {cure} {WITHOUT_WINDOW}"


def _can_load(library: str) -> bool:
    import ctypes  # only when something is wrong

    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
