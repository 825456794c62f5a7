"""How a card looks, and where its buttons are."""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QTextLayout

from kling_desktop.domain.jobs.actions import Action, Offer
from kling_desktop.domain.library.clip import Flag
from kling_desktop.ui.library.cards.card import Card
from kling_desktop.ui.theme import RADIUS, SIZE, SPACE, WEIGHT, Theme, Tone
from kling_desktop.ui.widgets.paint import (
    CENTRE,
    LEFT,
    RIGHT,
    box,
    draw_icon,
    draw_stretched,
    one_line,
    paint_button,
    rounded_path,
    text_width,
)

LINE = 16
BUTTON_HEIGHT = 24
BAR_HEIGHT = 3
TAG_HEIGHT = 18
STAR = 12
MARK = 22
_ALONG_HEIGHT = 3
_SMALL_WIDTH, _SMALL_HEIGHT = 190, 130


@dataclass(frozen=True, slots=True)
class CardState:
    """What the pointer and the keyboard do to one card. button: the one under the pointer."""

    selected: bool = False
    focused: bool = False
    hovered: bool = False
    button: Enum | None = None
    pressed: bool = False
    several: bool = False
    """Whether it is selected together with others."""


AT_REST = CardState()


class CardPainter:
    """Draws cards in the look of the theme. Each part keeps its place in every state, so nothing jumps."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    def button_at(self, area: QRect, card: Card, point: QPoint) -> Action | None:
        """The action of the button at a point of a card that fills `area`."""
        return next((offer.action for place, offer in self._buttons(area, card) if place.contains(point)), None)

    def paint_job(self, painter: QPainter, area: QRect, card: Card, touch: CardState) -> None:
        """Paint a job that has no clip."""
        tokens = self._theme.tokens
        inside = area.adjusted(SPACE.M, SPACE.M, -SPACE.M, -SPACE.M)
        left, top, width = inside.left(), inside.top(), inside.width()
        box(painter, area, RADIUS.CARD, tokens.pane, tokens.line_strong if touch.hovered else tokens.line)
        box(painter, QRectF(left, top + 4, 8, 8), 4, tokens.tone(card.led))
        if _is_small(area):
            self._paint_small_job(painter, inside, card)
            self.paint_outline(painter, area, touch)
            return
        strong = self._theme.font(SIZE.SMALL, WEIGHT.STRONG)
        one_line(painter, QRect(left + 15, top, width - 15, LINE), LEFT, card.word, strong, tokens.text)
        small = self._theme.font(SIZE.SMALL)
        lines = (card.text, card.reason) if card.reason else two_lines(card.text, small, width)
        inks = (tokens.text if card.reason else tokens.text2, tokens.text2)
        for number, (line, ink) in enumerate(zip(lines, inks, strict=True)):
            place = QRect(left, top + LINE + SPACE.S + number * LINE, width, LINE)
            one_line(painter, place, LEFT, line, small, ink)
        foot = area.bottom() + 1 - SPACE.M - (BUTTON_HEIGHT if card.buttons else BAR_HEIGHT)
        captions = QRect(left, foot - 6 - LINE, width, LINE)
        left_flags = LEFT
        if card.fraction is not None:
            if card.buttons:
                # The buttons stay where they are on every other card: the bar goes above, the text beside.
                foot -= SPACE.S + BAR_HEIGHT
                captions, left_flags = QRect(left, area.bottom() + 1 - SPACE.M - 20, width, LINE), RIGHT
            self._bar(painter, QRectF(left, foot, width, BAR_HEIGHT), card.fraction)
        for flags, caption in ((left_flags, card.left), (RIGHT, card.right)):
            if caption:
                one_line(painter, captions, flags, caption, small, tokens.text2)
        for place, offer in self._buttons(area, card):
            hovered = offer.action is touch.button
            paint_button(self._theme, painter, place, offer.label, hovered=hovered, pressed=touch.pressed)
        self.paint_outline(painter, area, touch)

    def paint_clip(
        self,
        painter: QPainter,
        area: QRect,
        card: Card,
        poster: QImage | None,
        touch: CardState = AT_REST,
        along: float | None = None,
    ) -> None:
        """Paint a finished clip.

        poster: None while it loads, null when there is none. along: how far into the clip, 0 to 1, the picture is,
        while it is scrubbed.
        """
        tokens = self._theme.tokens
        has_poster = poster is not None and not poster.isNull()
        if poster is None:
            box(painter, area, RADIUS.CARD, tokens.raised)
        elif poster.isNull():
            box(painter, area, RADIUS.CARD, tokens.raised, tokens.line)
            draw_icon(painter, "film", QPointF(area.center()), tokens.text3)
        else:
            draw_stretched(painter, area, poster)
        small = self._theme.font(SIZE.CAPTION)
        width = text_width(small, card.right) + 10
        inset = SPACE.S if area.width() > _SMALL_WIDTH else SPACE.XS
        tag = QRect(area.right() + 1 - inset - width, area.bottom() + 1 - inset - TAG_HEIGHT, width, TAG_HEIGHT)
        if card.flag is Flag.REJECT:
            self._dim(painter, area)
        if has_poster:
            self._paint_ground(painter, tag)
        elif not card.rating and not card.buttons:
            words = QRect(area.left() + 10, tag.top(), tag.left() - area.left() - 14, TAG_HEIGHT)
            words.translate(0, -TAG_HEIGHT if card.rating or card.has_notes else 0)
            one_line(painter, words, LEFT, card.text, small, tokens.text2)
        one_line(painter, tag, CENTRE, card.right, small, tokens.on_picture if has_poster else tokens.text2)
        if card.buttons:
            self._paint_trouble(painter, area, card, touch, on_picture=has_poster)
        else:
            ink = tokens.text if card.flag is Flag.REJECT else tokens.on_picture  # on the shade, or on the picture
            self._paint_opinion(painter, area, card, inset, ink if has_poster else tokens.text2)
        if touch.hovered:
            box(painter, area, RADIUS.CARD, tokens.hover, tokens.line_strong)
            self._paint_facts(painter, area.adjusted(inset, 0, -inset, 0), tag.top(), card)
        if along is not None:
            self._paint_along(painter, area, along)
        self.paint_outline(painter, area, touch)

    def _paint_opinion(self, painter: QPainter, area: QRect, card: Card, inset: int, ink: QColor) -> None:
        """Stars at the bottom, the flag in the corner above."""
        corner = QPoint(area.left() + inset, area.bottom() + 1 - inset - TAG_HEIGHT)
        paint_stars(painter, corner, card.rating, ink)
        if card.has_notes:
            middle = QPointF(
                corner.x() + 8 + card.rating * STAR + (4 if card.rating else 0), corner.y() + TAG_HEIGHT / 2
            )
            draw_icon(painter, "note", middle, ink, 14)
        if card.flag is not Flag.NONE:
            tokens = self._theme.tokens
            badge = QRect(area.left() + inset, area.top() + inset, MARK, MARK)
            box(painter, badge, RADIUS.TAG, tokens.shade)
            icon = "flag" if card.flag is Flag.PICK else "close"
            draw_icon(painter, icon, QRectF(badge).center(), tokens.on_picture, 16)

    def _dim(self, painter: QPainter, area: QRect) -> None:
        veil = QColor(self._theme.tokens.bg)
        veil.setAlphaF(0.62)
        box(painter, area, RADIUS.CARD, veil)

    def paint_outline(self, painter: QPainter, area: QRect, touch: CardState) -> None:
        """Paint the outline of a selected or focused card, over everything else."""
        tokens = self._theme.tokens
        if touch.focused:
            box(painter, area.adjusted(-3, -3, 3, 3), RADIUS.CARD + 3, None, tokens.accent_soft, 3)
        if touch.selected or touch.focused:
            box(painter, area, RADIUS.CARD, None, tokens.accent)
        if touch.selected and touch.several:
            # A line alone is lost on a busy picture, and the next action applies to all of them.
            box(painter, area, RADIUS.CARD, None, tokens.accent, 3)
            badge = QRect(area.right() + 1 - SPACE.S - MARK, area.top() + SPACE.S, MARK, MARK)
            box(painter, badge, MARK / 2, tokens.accent)
            draw_icon(painter, "check", QRectF(badge).center(), tokens.on_accent, 16)

    def paint_heading(self, painter: QPainter, area: QRect, text: str) -> None:
        """Paint what all kinds of cards have in common."""
        one_line(painter, area, LEFT, text, self._theme.font(SIZE.SMALL, WEIGHT.STRONG), self._theme.tokens.text2)

    def _paint_small_job(self, painter: QPainter, inside: QRect, card: Card) -> None:
        """Paint a card too small for more than the state; the tooltip and the menu have the rest."""
        tokens, small = self._theme.tokens, self._theme.font(SIZE.CAPTION)
        line = QRect(inside.left() + 13, inside.top(), inside.width() - 13, LINE)
        one_line(painter, line, LEFT, card.word, self._theme.font(SIZE.CAPTION, WEIGHT.STRONG), tokens.text)
        for nth, text in enumerate(two_lines(card.text, small, inside.width())):
            place = QRect(inside.left(), line.bottom() + 3 + nth * 14, inside.width(), 14)
            one_line(painter, place, LEFT, text, small, tokens.text2)

    def _paint_ground(self, painter: QPainter, area: QRect) -> None:
        """A dark gradient, so that text is readable on any picture."""
        ground = QColor(self._theme.tokens.shade)
        ground.setAlphaF(0.55)
        box(painter, area, RADIUS.TAG, ground)

    def _paint_facts(self, painter: QPainter, inside: QRect, bottom: int, card: Card) -> None:
        """Type, size and price at the bottom, on one line if they fit, and above them what is special."""
        font = self._theme.font(SIZE.CAPTION)
        whole = " · ".join(card.facts)
        fits = text_width(font, whole) + 12 <= inside.width()
        lines = (whole,) if fits else (" · ".join(card.facts[1:]), *card.facts[:1])
        for text in (*lines, card.left):
            if text:
                bottom -= TAG_HEIGHT + 2
                place = QRect(inside.left(), bottom, min(text_width(font, text) + 12, inside.width()), TAG_HEIGHT)
                self._paint_ground(painter, place)
                one_line(painter, place.adjusted(6, 0, -4, 0), LEFT, text, font, self._theme.tokens.on_picture)

    def _paint_along(self, painter: QPainter, area: QRect, along: float) -> None:
        painter.save()
        painter.setClipPath(rounded_path(area, RADIUS.CARD))
        bar = QRectF(area.left(), area.bottom() + 1 - _ALONG_HEIGHT, area.width() * along, _ALONG_HEIGHT)
        painter.fillRect(bar, self._theme.tokens.accent)
        painter.restore()

    def _paint_trouble(self, painter: QPainter, area: QRect, card: Card, touch: CardState, *, on_picture: bool) -> None:
        """What is wrong with a clip, over its picture if there is one, and the buttons that fix it."""
        tokens, small = self._theme.tokens, self._theme.font(SIZE.SMALL, WEIGHT.MEDIUM)
        ink = tokens.on_picture if on_picture else tokens.text
        if on_picture:
            veil = QColor(tokens.shade)
            veil.setAlphaF(0.55)
            box(painter, area, RADIUS.CARD, veil)
        left, top = area.left() + SPACE.M, area.top() + SPACE.M
        box(painter, QRectF(left, top + 4, 8, 8), 4, tokens.tone(card.led))
        one_line(painter, QRect(left + 15, top, area.width() - 40, LINE), LEFT, card.word, small, ink)
        for place, offer in self._buttons(area, card):
            hovered = offer.action is touch.button
            paint_button(self._theme, painter, place, offer.label, hovered=hovered, pressed=touch.pressed)

    def _bar(self, painter: QPainter, bar: QRectF, fraction: float) -> None:
        box(painter, bar, BAR_HEIGHT / 2, self._theme.tokens.line)
        bar.setWidth(max(BAR_HEIGHT, bar.width() * fraction))
        box(painter, bar, BAR_HEIGHT / 2, self._theme.tokens.tone(Tone.BUSY))

    def _buttons(self, area: QRect, card: Card) -> list[tuple[QRect, Offer]]:
        """Where each button stands. One that doesn't fit beside the first is left to the menu; on a small card, all."""
        if _is_small(area):
            return []
        left, top = area.left() + SPACE.M, area.bottom() + 1 - SPACE.M - BUTTON_HEIGHT
        placed: list[tuple[QRect, Offer]] = []
        for offer in card.buttons:
            place = QRect(left, top, text_width(self._theme.font(SIZE.SMALL), offer.label) + 20, BUTTON_HEIGHT)
            if placed and place.right() > area.right() - SPACE.M:
                break
            placed.append((place, offer))
            left = place.right() + 1 + 6
        return placed


def paint_stars(painter: QPainter, corner: QPoint, rating: int, ink: QColor) -> None:
    """Paint a rating on a line TAG_HEIGHT px high."""
    for nth in range(rating):
        middle = QPointF(corner.x() + 7 + nth * STAR, corner.y() + TAG_HEIGHT / 2)
        draw_icon(painter, "star-filled", middle, ink, STAR)


def _is_small(area: QRect) -> bool:
    """Whether a card has no room for text and buttons."""
    return area.width() < _SMALL_WIDTH or area.height() < _SMALL_HEIGHT


def two_lines(text: str, font: QFont, width: int) -> tuple[str, str]:
    """`text` broken between words onto two lines of `width` px; the second may still be too long."""
    # Don't lay out more than the two lines could ever hold.
    layout = QTextLayout(text[:400], font)
    layout.beginLayout()
    line = layout.createLine()
    if not line.isValid():
        return "", ""
    line.setLineWidth(width)
    layout.endLayout()
    end = line.textLength()
    return text[:end].rstrip(), " ".join(text[end:400].split())
