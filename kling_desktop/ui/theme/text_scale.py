"""How large the system's user wants text to be."""

import sys
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase

LEAST: Final = 0.9
MOST: Final = 2.0
_DOTS_PER_INCH: Final = 72 if sys.platform == "darwin" else 96
_USUAL_PX: Final = (11.9, 14.8)
"""From 9 to 11 points: what systems come with. SIZE was chosen for these."""
_MIDDLE_PX: Final = 13.3


def clamp_scale(scale: float) -> float:
    """The nearest scale that the window's layouts hold at."""
    return min(max(scale, LEAST), MOST)


def system_font() -> QFont:
    """The system's UI font as it is now, whatever the application uses."""
    return QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)


def scale_of(font: QFont) -> float:
    """What the size of the system's font means for the window's text: 1 for a usual size, 1.5 for 15 points."""
    points = font.pointSizeF()
    pixels = points * _DOTS_PER_INCH / 72 if points > 0 else float(font.pixelSize())
    smallest, largest = _USUAL_PX
    return 1.0 if smallest <= pixels <= largest else clamp_scale(pixels / _MIDDLE_PX)
