"""Colours, type and spacing of the window, and the one object that applies them."""

from kling_desktop.ui.theme.motion import Breath, Motion, Movement
from kling_desktop.ui.theme.ring import FocusRing
from kling_desktop.ui.theme.theme import STYLE, Scheme, Theme
from kling_desktop.ui.theme.tokens import (
    DARK,
    DARK_CONTRAST,
    LIGHT,
    LIGHT_CONTRAST,
    RADIUS,
    SIZE,
    SPACE,
    WEIGHT,
    Tokens,
    Tone,
)

__all__ = [
    "DARK",
    "DARK_CONTRAST",
    "LIGHT",
    "LIGHT_CONTRAST",
    "RADIUS",
    "SIZE",
    "SPACE",
    "STYLE",
    "WEIGHT",
    "Breath",
    "FocusRing",
    "Motion",
    "Movement",
    "Scheme",
    "Theme",
    "Tokens",
    "Tone",
]
