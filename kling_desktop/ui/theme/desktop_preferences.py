"""What the desktop's user prefers, as far as Qt doesn't know: less motion, more contrast, larger text."""

import logging
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

log = logging.getLogger(__name__)

_PORTAL: Final = "org.freedesktop.portal.Desktop"
_APPEARANCE: Final = "org.freedesktop.appearance"
_GNOME: Final = "org.gnome.desktop.interface"
_KDE: Final = "org.kde.kdeglobals.KDE"
_PATIENCE: Final = 3.0
_TROUBLE: Final = (OSError, LookupError, ValueError, TypeError, RuntimeError)
_NO_ANIMATION: Final = 0x1042
"""SPI_GETCLIENTAREAANIMATION"""


@dataclass(frozen=True, slots=True)
class DesktopPreferences:
    """text_factor: what the desktop multiplies all text with, apart from its font."""

    reduces_motion: bool = False
    has_high_contrast: bool = False
    text_factor: float = 1.0


def read_preferences() -> DesktopPreferences:
    """Ask the desktop; the defaults where it doesn't say. It may take a moment: call it on a thread."""
    try:
        if sys.platform == "win32":
            return DesktopPreferences(reduces_motion=_has_no_animations())
        if sys.platform == "linux":
            return preferences_from(_ask_portal())
    except _TROUBLE as error:
        log.info("the desktop doesn't say what its user prefers: %s", error)
    return DesktopPreferences()


def preferences_from(settings: Mapping[str, Mapping[str, Any]]) -> DesktopPreferences:
    """Read what the portal's settings say, by their namespaces."""
    appearance, gnome, kde = (settings.get(name, {}) for name in (_APPEARANCE, _GNOME, _KDE))
    factor = gnome.get("text-scaling-factor", 1.0)
    return DesktopPreferences(
        reduces_motion=(
            appearance.get("reduced-motion") == 1
            or gnome.get("enable-animations") is False
            or kde.get("AnimationDurationFactor") in (0, 0.0, "0")
        ),
        has_high_contrast=appearance.get("contrast") == 1,
        text_factor=float(factor) if isinstance(factor, int | float) and 0.5 <= factor <= 3 else 1.0,
    )


def _ask_portal() -> dict[str, dict[str, Any]]:
    from jeepney import DBusAddress, MessageType, new_method_call
    from jeepney.io.blocking import open_dbus_connection

    portal = DBusAddress("/org/freedesktop/portal/desktop", _PORTAL, "org.freedesktop.portal.Settings")
    with open_dbus_connection("SESSION") as bus:
        call = new_method_call(portal, "ReadAll", "as", ([_APPEARANCE, _GNOME, _KDE],))
        reply = bus.send_and_get_reply(call, timeout=_PATIENCE)
    if reply.header.message_type is MessageType.error:  # a desktop without a portal
        return {}
    (found,) = reply.body
    return {name: {key: value for key, (_kind, value) in values.items()} for name, values in found.items()}


def _has_no_animations() -> bool:
    import ctypes

    is_on = ctypes.c_int(1)
    ctypes.windll.user32.SystemParametersInfoW(_NO_ANIMATION, 0, ctypes.byref(is_on), 0)  # type: ignore[attr-defined]
    return not is_on.value
