"""What goes into the bundle and what doesn't."""

import re
from pathlib import Path

HIDDEN_IMPORTS = [
    "anyio._backends._asyncio",
    "uvicorn.lifespan.off",
    "uvicorn.loops.asyncio",
    "uvicorn.protocols.http.h11_impl",
]
"""Modules that are only named in strings."""
EXCLUDED_MODULES = [
    *("_pytest", "distutils", "ensurepip", "hypothesis", "idlelib", "lib2to3", "mypy", "pip", "pkg_resources"),
    *("pydoc_data", "pytest", "setuptools", "test", "tkinter", "turtle", "turtledemo", "unittest", "venv"),
    *("charset_normalizer", "numpy", "pygments", "requests", "rich", "trio", "urllib3", "uvloop", "websockets"),
]
_UNUSED_QT = re.compile(
    r"""
    (^|/)(lib)?Qt6(?!(Core|Gui|Widgets|Network|DBus|Svg|OpenGL|WaylandClient|XcbQpa|EglFSDeviceIntegration)\b)\w+\.
    | /translations/(?!qtbase_)
    | /plugins/(platformthemes/libqgtk3 | platforms/libq(eglfs|linuxfb|minimal|minimalegl|vkkhrdisplay|vnc)\b)
    | /plugins/(egldeviceintegrations|generic|networkinformation|printsupport|sqldrivers|qmltooling|designer)/
    | /plugins/(vectorimageformats|wayland-graphics-integration-server|qmllint)/
    | /plugins/platforminputcontexts/\w*qtvirtualkeyboard
    | /plugins/imageformats/\w*q(pdf|icns|tga|wbmp|tiff)\b
    | /plugins/wayland-shell-integration/lib(ivi|wl|fullscreen|qt)-shell
    | EglFSDeviceIntegration | EglFsKmsSupport
    """,
    re.VERBOSE,
)
_OF_THE_SYSTEM = re.compile(
    r"^lib(gtk-|gdk|gio-|gobject-|atk|pango|cairo|harfbuzz|epoxy|systemd|mount|blkid|selinux|stdc\+\+|gcc_s|glib-|"
    r"gmodule-|gthread-|pcre|dbus-|wayland-|xkbcommon|GL|EGL|X11|xcb\.|xcb-glx|xcb-randr|xcb-render\.|xcb-shape|"
    r"xcb-shm|xcb-sync|xcb-xfixes|xcb-xkb|Xau|Xdmcp|bsd|md\b|drm|gbm|expat|fontconfig|freetype|png|"
    r"gcrypt|gpg-error|lz4|cap|mvec)"
)
"""Libraries of the desktop: they must fit its drivers, its session bus and its fonts, so the system's own are used."""


def is_needed(name: str) -> bool:
    """Whether a file that PyInstaller has found goes into the bundle. `name`: its path there."""
    path = name.replace("\\", "/")
    return not _UNUSED_QT.search(f"/{path}") and not _OF_THE_SYSTEM.match(path)


def data_files(root: Path) -> list[tuple[str, str]]:
    """Files that aren't Python, and the folders of the bundle they go to."""
    migrations = root / "kling_desktop" / "store" / "migrations"
    return [(str(migrations / "*.sql"), "kling_desktop/store/migrations")]
