"""The libraries of a Linux desktop that Qt loads, and the packages that have them."""

import re
from collections.abc import Iterable
from typing import NamedTuple

WITHOUT_WINDOW = "`kling-desktop check` and `kling-desktop render` work without a window."


class Packages(NamedTuple):
    """What a library's package is called on Debian and Ubuntu, on Fedora, and on Arch."""

    apt: str
    dnf: str
    pacman: str


_XCB = Packages("libxcb1", "libxcb", "libxcb")
LIBRARIES = {
    "libEGL.so.1": Packages("libegl1", "libglvnd-egl", "libglvnd"),
    "libGL.so.1": Packages("libgl1", "libglvnd-glx", "libglvnd"),
    "libOpenGL.so.0": Packages("libopengl0", "libglvnd-opengl", "libglvnd"),
    "libX11-xcb.so.1": Packages("libx11-xcb1", "libX11-xcb", "libx11"),
    "libX11.so.6": Packages("libx11-6", "libX11", "libx11"),
    "libbrotlidec.so.1": Packages("libbrotli1", "libbrotli", "brotli"),
    "libdbus-1.so.3": Packages("libdbus-1-3", "dbus-libs", "dbus"),
    "libfontconfig.so.1": Packages("libfontconfig1", "fontconfig", "fontconfig"),
    "libfreetype.so.6": Packages("libfreetype6", "freetype", "freetype2"),
    "libglib-2.0.so.0": Packages("libglib2.0-0", "glib2", "glib2"),
    "libgssapi_krb5.so.2": Packages("libgssapi-krb5-2", "krb5-libs", "krb5"),
    "libgthread-2.0.so.0": Packages("libglib2.0-0", "glib2", "glib2"),
    "libwayland-client.so.0": Packages("libwayland-client0", "libwayland-client", "wayland"),
    "libwayland-cursor.so.0": Packages("libwayland-cursor0", "libwayland-cursor", "wayland"),
    "libwayland-egl.so.1": Packages("libwayland-egl1", "libwayland-egl", "wayland"),
    "libxcb-cursor.so.0": Packages("libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor"),
    "libxcb-glx.so.0": _XCB._replace(apt="libxcb-glx0"),
    "libxcb-icccm.so.4": Packages("libxcb-icccm4", "xcb-util-wm", "xcb-util-wm"),
    "libxcb-image.so.0": Packages("libxcb-image0", "xcb-util-image", "xcb-util-image"),
    "libxcb-keysyms.so.1": Packages("libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms"),
    "libxcb-randr.so.0": _XCB._replace(apt="libxcb-randr0"),
    "libxcb-render-util.so.0": Packages("libxcb-render-util0", "xcb-util-renderutil", "xcb-util-renderutil"),
    "libxcb-render.so.0": _XCB._replace(apt="libxcb-render0"),
    "libxcb-shape.so.0": _XCB._replace(apt="libxcb-shape0"),
    "libxcb-shm.so.0": _XCB._replace(apt="libxcb-shm0"),
    "libxcb-sync.so.1": _XCB._replace(apt="libxcb-sync1"),
    "libxcb-util.so.1": Packages("libxcb-util1", "xcb-util", "xcb-util"),
    "libxcb-xfixes.so.0": _XCB._replace(apt="libxcb-xfixes0"),
    "libxcb-xkb.so.1": _XCB._replace(apt="libxcb-xkb1"),
    "libxcb.so.1": _XCB,
    "libxkbcommon-x11.so.0": Packages("libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11"),
    "libxkbcommon.so.0": Packages("libxkbcommon0", "libxkbcommon", "libxkbcommon"),
    "libzstd.so.1": Packages("libzstd1", "libzstd", "zstd"),
}
OF_EVERY_LINUX = (
    *("ld-linux", "libc.", "libdl.", "libgcc_s.", "libm.", "libmvec.", "libpthread.", "libresolv.", "librt."),
    *("libstdc++.", "libutil.", "libz."),
)
"""How the names of libraries begin that no system with a desktop lacks."""
_LIBRARY = re.compile(r"lib[\w.+-]+?\.so[.\d]*")
_X11_ONLY = ("libX11-xcb", "libxcb", "libxkbcommon-x11")
_NOT_ALWAYS_NEEDED = (*_X11_ONLY, "libOpenGL", "libbrotlidec", "libgssapi", "libwayland-", "libzstd")


def missing_libraries() -> tuple[str, ...]:
    """Return the libraries for an X11 screen that this system lacks, or that the bundle's plug-in can't load."""
    return tuple(name for name in LIBRARIES if name.startswith(_X11_ONLY) and not _can_load(name))


def library_problem(error: ImportError) -> str:
    """Return the sentence for a system library that Python couldn't load; "" if the error is about something else.

    All that a window needs is looked for at once, so that nobody installs one package after another.
    """
    found = _LIBRARY.search(str(error))
    if found is None:
        return ""
    basics = [name for name in LIBRARIES if not name.startswith(_NOT_ALWAYS_NEEDED)]
    missing = sorted({found[0], *(name for name in basics if not _can_load(name))})
    why = f"The window can't be opened, since this system lacks {', '.join(missing)}."
    return f"{why} {install_hint(missing)} {WITHOUT_WINDOW}"


def install_hint(libraries: Iterable[str]) -> str:
    """Return a sentence with the packages to install, for apt, dnf and pacman."""
    known = [LIBRARIES[name] for name in libraries if name in LIBRARIES]
    if not known:
        return "Install the package that contains it."
    apt, dnf, pacman = (" ".join(sorted({packages[column] for packages in known})) for column in range(3))
    return f"Install it with “apt install {apt}”, “dnf install {dnf}” or “pacman -S {pacman}”."


def _can_load(library: str) -> bool:
    import ctypes  # only when something is wrong

    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
