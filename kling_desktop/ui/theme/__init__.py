"""Colours, type and spacing of the window, and the one object that applies them."""

from kling_desktop.ui.theme.ring import FocusRing
from kling_desktop.ui.theme.theme import STYLE, Scheme, Theme
from kling_desktop.ui.theme.tokens import DARK, LIGHT, RADIUS, SIZE, SPACE, WEIGHT, Tokens, Tone

__all__ = [
    "DARK",
    "LIGHT",
    "RADIUS",
    "SIZE",
    "SPACE",
    "STYLE",
    "WEIGHT",
    "FocusRing",
    "Scheme",
    "Theme",
    "Tokens",
    "Tone",
]
