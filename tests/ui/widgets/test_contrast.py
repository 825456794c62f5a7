"""Every pair of colours that meets in the window: 4.5:1 for text, 3:1 for the outlines of controls."""

from collections.abc import Iterator
from itertools import product

import pytest
from PySide6.QtGui import QColor

from kling_desktop.ui.theme import DARK, DARK_CONTRAST, LIGHT, LIGHT_CONTRAST, Tokens

SCHEMES = pytest.mark.parametrize(
    "tokens", [DARK, LIGHT, DARK_CONTRAST, LIGHT_CONTRAST], ids=["dark", "light", "dark contrast", "light contrast"]
)
SURFACES = ("bg", "pane", "raised", "field", "sunken")
READ = ("text", "text2", "text3")
MEANT = ("accent", "ok", "busy", "bad", "odd")
LAID_OVER = ("hover", "pressed", "accent_soft", "bad_soft")
WHITE, BLACK = QColor("white"), QColor("black")


def luminance(colour: QColor) -> float:
    """Relative, as WCAG 2 defines it."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor, other: QColor) -> float:
    """WCAG's ratio, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def over(top: QColor, below: QColor) -> QColor:
    """`top`, see-through, laid on `below`."""
    share = top.alphaF()
    mixed = (
        t * share + b * (1 - share)
        for t, b in zip(top.getRgbF()[:3], below.getRgbF()[:3], strict=True)  # type: ignore[index]
    )
    return QColor.fromRgbF(*mixed)


def texts(tokens: Tokens) -> Iterator[tuple[str, QColor, QColor]]:
    """(where, ink, ground) of every text."""

    def at(name: str) -> QColor:
        colour = getattr(tokens, name)
        assert isinstance(colour, QColor)
        return colour

    for surface in SURFACES:
        for ink in READ + MEANT:
            yield f"{ink} on {surface}", at(ink), at(surface)
        for ink, layer in product(READ, ("hover", "pressed")):
            yield f"{ink} on {surface}, {layer}", at(ink), over(at(layer), at(surface))
        for ink, layer in product(("text", "text2"), LAID_OVER):
            yield f"{ink} on {surface}, {layer}", at(ink), over(at(layer), at(surface))
        yield (
            f"text on {surface}, chosen and hovered",
            tokens.text,
            over(tokens.hover, over(tokens.accent_soft, at(surface))),
        )
    for ink in ("text3", "accent"):
        yield f"{ink} on a chosen field", at(ink), over(tokens.accent_soft, tokens.field)
    for layer in ("hover", "pressed"):
        yield f"on_accent, {layer}", tokens.on_accent, over(at(layer), tokens.accent)
        yield f"links, {layer}", tokens.accent, over(at(layer), tokens.pane)
    yield "on_accent", tokens.on_accent, tokens.accent
    yield "on_odd", tokens.on_odd, tokens.odd
    for picture in (WHITE, BLACK):
        yield "captions on a picture", tokens.on_picture, over(tokens.shade, picture)


def outlines(tokens: Tokens) -> Iterator[tuple[str, QColor, QColor]]:
    """(where, line, ground) of the outline of every control, and of what marks one as chosen or focused."""
    for surface in SURFACES:
        ground = getattr(tokens, surface)
        for line in ("line_strong", "text3", "accent", "bad"):
            yield f"{line} on {surface}", getattr(tokens, line), ground
        yield f"text3 on {surface}, hover", tokens.text3, over(tokens.hover, ground)
    yield "accent on a chosen field", tokens.accent, over(tokens.accent_soft, tokens.field)
    yield "progress", tokens.busy, tokens.line
    yield "progress on a picture", tokens.busy_on_picture, over(tokens.shade, WHITE)


@SCHEMES
def test_every_text_can_be_read_where_it_stands(tokens: Tokens) -> None:
    weak = {where: round(found, 2) for where, ink, ground in texts(tokens) if (found := contrast(ink, ground)) < 4.5}
    assert weak == {}


@SCHEMES
def test_every_outline_of_a_control_can_be_seen(tokens: Tokens) -> None:
    weak = {where: round(found, 2) for where, line, ground in outlines(tokens) if (found := contrast(line, ground)) < 3}
    assert weak == {}


@pytest.mark.parametrize("tokens", [DARK_CONTRAST, LIGHT_CONTRAST], ids=["dark", "light"])
def test_high_contrast_is_high(tokens: Tokens) -> None:
    for surface, ink in product(SURFACES, READ):
        assert contrast(getattr(tokens, ink), getattr(tokens, surface)) >= 7
    for surface, line in product(SURFACES, ("line_strong", "edge")):
        assert contrast(getattr(tokens, line), getattr(tokens, surface)) >= 4.5
