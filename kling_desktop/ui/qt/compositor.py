"""Whether windows can have see-through corners."""

from functools import cache

from PySide6.QtGui import QGuiApplication


@cache
def has_compositor() -> bool:
    """Without one, what a window doesn't paint is black. Only X11 may lack it."""
    return QGuiApplication.platformName() != "xcb" or _is_composited()


def _is_composited() -> bool:
    """A running compositor owns this selection: the convention of X11 desktops (EWMH)."""
    from ctypes import CDLL, c_char_p, c_int, c_ulong, c_void_p  # only needed with the first popup

    try:
        x11 = CDLL("libX11.so.6")
    except OSError:
        return False
    x11.XOpenDisplay.restype, x11.XOpenDisplay.argtypes = c_void_p, [c_char_p]
    x11.XInternAtom.restype, x11.XInternAtom.argtypes = c_ulong, [c_void_p, c_char_p, c_int]
    x11.XGetSelectionOwner.restype, x11.XGetSelectionOwner.argtypes = c_ulong, [c_void_p, c_ulong]
    x11.XDefaultScreen.argtypes = x11.XCloseDisplay.argtypes = [c_void_p]
    display = x11.XOpenDisplay(None)
    if not display:
        return False
    try:
        name = f"_NET_WM_CM_S{x11.XDefaultScreen(display)}".encode()
        return bool(x11.XGetSelectionOwner(display, x11.XInternAtom(display, name, 0)))
    finally:
        x11.XCloseDisplay(display)
