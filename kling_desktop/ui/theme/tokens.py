"""The values that make the look: colours for dark and light, spacing, radii, type."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from PySide6.QtGui import QColor


class Tone(StrEnum):
    """What a colour means. Always beside a word, never colour alone."""

    OK = "ok"
    BUSY = "busy"
    BAD = "bad"
    ODD = "odd"
    IDLE = "text3"
    ACCENT = "accent"


@dataclass(frozen=True, slots=True)
class Tokens:
    """Every colour of one scheme. Nothing in the window may use any other colour."""

    bg: QColor
    """The background of everything."""
    pane: QColor
    raised: QColor
    """Buttons and cards."""
    field: QColor
    """Inputs, empty slots."""
    sunken: QColor
    """The trough of a switch, a blocked button."""
    line: QColor
    """Hairlines."""
    edge: QColor
    """Outlines of floating surfaces: menus, popovers, messages."""
    line_strong: QColor
    """Outlines of controls: at least 3:1 on every surface."""
    text: QColor
    text2: QColor
    text3: QColor
    accent: QColor
    """Action, focus, selection: nothing else."""
    on_accent: QColor
    accent_soft: QColor
    ok: QColor
    busy: QColor
    bad: QColor
    odd: QColor
    on_odd: QColor
    bad_soft: QColor
    hover: QColor
    """Laid over a hovered control."""
    pressed: QColor
    on_picture: QColor
    """Text over a picture, on `shade`; the same in both schemes, as pictures are."""
    busy_on_picture: QColor
    shade: QColor
    shadow: QColor
    """Under floating surfaces."""

    def tone(self, tone: Tone) -> QColor:
        """The colour that means `tone`."""
        colour = getattr(self, tone.value)
        assert isinstance(colour, QColor)
        return colour


def _colour(rgb: str, alpha: float = 1.0) -> QColor:
    colour = QColor(rgb)
    colour.setAlphaF(alpha)
    return colour


DARK: Final = Tokens(
    bg=_colour("#131416"),
    pane=_colour("#1a1c1f"),
    raised=_colour("#23262a"),
    field=_colour("#0f1012"),
    sunken=_colour("#121316"),
    line=_colour("#2e3237"),
    edge=_colour("#3d4249"),
    line_strong=_colour("#70767e"),
    text=_colour("#eceef0"),
    text2=_colour("#b3bac1"),
    text3=_colour("#9aa2ab"),
    accent=_colour("#f2a93b"),
    on_accent=_colour("#1d1405"),
    accent_soft=_colour("#f2a93b", 0.13),
    ok=_colour("#5cc08a"),
    busy=_colour("#6fb1f0"),
    bad=_colour("#f48a80"),
    odd=_colour("#c79bf2"),
    on_odd=_colour("#160b22"),
    bad_soft=_colour("#f48a80", 0.16),
    hover=_colour("#ffffff", 0.06),
    pressed=_colour("#000000", 0.18),
    on_picture=_colour("#ffffff"),
    busy_on_picture=_colour("#6fb1f0"),
    shade=_colour("#000000", 0.68),
    shadow=_colour("#000000", 0.5),
)

LIGHT: Final = Tokens(
    bg=_colour("#f3f3f1"),
    pane=_colour("#fbfbfa"),
    raised=_colour("#ffffff"),
    field=_colour("#ffffff"),
    sunken=_colour("#ecebe8"),
    line=_colour("#dddcd8"),
    edge=_colour("#c3c2bd"),
    line_strong=_colour("#85847f"),
    text=_colour("#1c1d1f"),
    text2=_colour("#4d5258"),
    text3=_colour("#575c62"),
    accent=_colour("#8f4e00"),
    on_accent=_colour("#ffffff"),
    accent_soft=_colour("#8f4e00", 0.10),
    ok=_colour("#1a6b3f"),
    busy=_colour("#1d5fa2"),
    bad=_colour("#a82f25"),
    odd=_colour("#7442b3"),
    on_odd=_colour("#ffffff"),
    bad_soft=_colour("#a82f25", 0.12),
    hover=_colour("#000000", 0.04),
    pressed=_colour("#000000", 0.09),
    on_picture=_colour("#ffffff"),
    busy_on_picture=_colour("#6fb1f0"),
    shade=_colour("#000000", 0.68),
    shadow=_colour("#000000", 0.14),
)

DARK_CONTRAST: Final = replace(
    DARK,
    line=_colour("#474c52"),
    edge=_colour("#9aa2ab"),
    line_strong=_colour("#b3bac1"),
    text=_colour("#ffffff"),
    text2=_colour("#dfe3e7"),
    text3=_colour("#cbd0d6"),
    accent=_colour("#ffc15c"),
    accent_soft=_colour("#ffc15c", 0.2),
)
"""For systems that ask for high contrast: every text 7:1, every outline 4.5:1."""

LIGHT_CONTRAST: Final = replace(
    LIGHT,
    line=_colour("#a9a8a3"),
    edge=_colour("#5c6167"),
    line_strong=_colour("#4d5258"),
    text=_colour("#000000"),
    text2=_colour("#2c3035"),
    text3=_colour("#3a3f45"),
    accent=_colour("#6b3a00"),
    accent_soft=_colour("#6b3a00", 0.12),
    ok=_colour("#0f4a2a"),
    busy=_colour("#123f70"),
    bad=_colour("#7c1d15"),
    odd=_colour("#512a84"),
)


class SPACE:
    """Distances in px."""

    XS: Final = 4
    S: Final = 8
    M: Final = 12
    L: Final = 16
    XL: Final = 24
    XXL: Final = 32


class RADIUS:
    """Corner radii in px."""

    TAG: Final = 4
    CONTROL: Final = 6
    SLOT: Final = 8
    CARD: Final = 10


class SIZE:
    """Type sizes in px."""

    CAPTION: Final = 11
    SMALL: Final = 12
    BASE: Final = 13
    PROMPT: Final = 14
    TITLE: Final = 15
    EMPTY: Final = 20


class WEIGHT:
    """Font weights."""

    REGULAR: Final = 400
    MEDIUM: Final = 500
    STRONG: Final = 600
