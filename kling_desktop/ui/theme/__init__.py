"""Colours, type and spacing of the window, and the one object that applies them."""

from .ring import FocusRing
from .theme import Scheme, Theme
from .tokens import DARK, LIGHT, RADIUS, SIZE, SPACE, WEIGHT, Tokens, Tone

__all__ = ["DARK", "LIGHT", "RADIUS", "SIZE", "SPACE", "WEIGHT", "FocusRing", "Scheme", "Theme", "Tokens", "Tone"]
