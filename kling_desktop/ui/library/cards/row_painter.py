"""How a row of the list view looks, and where its buttons are."""

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF
from PySide6.QtGui import QImage, QPainter

from kling_desktop.domain.jobs.actions import Action, Offer
from kling_desktop.domain.library.clip import Flag
from kling_desktop.ui.library.cards.card import Card
from kling_desktop.ui.library.cards.card_painter import (
    BUTTON_HEIGHT,
    TAG_HEIGHT,
    CardState,
    paint_stars,
    two_lines,
)
from kling_desktop.ui.library.cards.columns import (
    ASPECT,
    DATE,
    LENGTH,
    POSTER,
    PRICE,
    PROMPT,
    RATING,
    WAY,
    Column,
    places,
)
from kling_desktop.ui.theme import RADIUS, SIZE, SPACE, WEIGHT, Theme
from kling_desktop.ui.widgets.paint import (
    LEFT,
    RIGHT,
    box,
    draw_icon,
    draw_stretched,
    one_line,
    paint_button,
    text_width,
)

_REJECTED_OPACITY = 0.4


class ListRowPainter:
    """Draws clips and jobs in columns, in the look of the theme."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    def button_at(self, area: QRect, card: Card, point: QPoint) -> Action | None:
        """The action of the button at a point of a row that fills `area`."""
        return next((offer.action for place, offer in self._buttons(area, card) if place.contains(point)), None)

    def paint(
        self,
        painter: QPainter,
        area: QRect,
        card: Card,
        poster: QImage | None,
        when: str,
        touch: CardState,
        *,
        clip: bool,
    ) -> None:
        """Paint a clip or a job as a row. when: the date shown."""
        tokens = self._theme.tokens
        if touch.selected or touch.hovered:
            box(painter, area, RADIUS.CONTROL, tokens.accent_soft if touch.selected else tokens.hover)
        picture = QRect(area.left() + SPACE.S, area.top() + (area.height() - POSTER[1]) // 2, *POSTER)
        if poster is None or poster.isNull():
            box(painter, picture, RADIUS.TAG, tokens.raised if clip else tokens.pane, tokens.line)
            if poster is not None:
                draw_icon(painter, "film", QPointF(picture.center()), tokens.text3)
        else:
            painter.setOpacity(_REJECTED_OPACITY if card.flag is Flag.REJECT else 1.0)
            draw_stretched(painter, picture, poster)
            painter.setOpacity(1.0)
        if card.flag is not Flag.NONE:
            badge = QRect(picture.left() + 3, picture.top() + 3, 18, 18)
            box(painter, badge, RADIUS.TAG, tokens.shade)
            icon = "flag" if card.flag is Flag.PICK else "close"
            draw_icon(painter, icon, QRectF(badge).center(), tokens.on_picture, 14)
        if not clip:
            box(painter, QRectF(picture.center().x() - 3, picture.center().y() - 3, 8, 8), 4, tokens.tone(card.led))
        small = self._theme.font(SIZE.SMALL)
        for column, left, width in places(area.width()):
            place = QRect(area.left() + left, area.top(), width, area.height())
            if column is PROMPT:
                self._paint_words(painter, place, card, clip=clip)
            elif column is RATING:
                paint_stars(
                    painter, QPoint(place.left(), place.center().y() - TAG_HEIGHT // 2), card.rating, tokens.text2
                )
            elif clip or column is DATE:
                text = when if column is DATE else _value(card, column)
                one_line(painter, place, RIGHT if column.is_number else LEFT, text, small, tokens.text2)
        for place, offer in self._buttons(area, card):
            hovered = offer.action is touch.button
            paint_button(self._theme, painter, place, offer.label, hovered=hovered, pressed=touch.pressed)
        if touch.focused:
            box(painter, area.adjusted(-2, -1, 2, 1), RADIUS.CONTROL, None, tokens.accent)

    def _paint_words(self, painter: QPainter, place: QRect, card: Card, *, clip: bool) -> None:
        """The prompt of a clip; for a job its state above its prompt."""
        tokens, small = self._theme.tokens, self._theme.font(SIZE.SMALL)
        if clip:
            first, second = two_lines(card.text, self._theme.font(SIZE.BASE), place.width())
            lines = ((first, self._theme.font(SIZE.BASE)), (second, self._theme.font(SIZE.BASE)))
        else:
            word = " · ".join(part for part in (card.word, card.reason or card.left) if part)
            lines = ((word, self._theme.font(SIZE.SMALL, WEIGHT.STRONG)), (card.text, small))
        shown = [line for line in lines if line[0]]
        top = place.center().y() - len(shown) * 9
        for nth, (text, font) in enumerate(shown):
            ink = tokens.text if clip or not nth else tokens.text2
            one_line(painter, QRect(place.left(), top + nth * 18, place.width(), 18), LEFT, text, font, ink)

    def _buttons(self, area: QRect, card: Card) -> list[tuple[QRect, Offer]]:
        """At the right, where a clip has its numbers, before the date."""
        dates = [left for column, left, _ in places(area.width()) if column is DATE]
        right = area.left() + (dates[0] - SPACE.L if dates else area.width() - SPACE.M)
        top, placed = area.top() + (area.height() - BUTTON_HEIGHT) // 2, []
        for offer in reversed(card.buttons):
            width = text_width(self._theme.font(SIZE.SMALL), offer.label) + 20
            placed.append((QRect(right - width, top, width, BUTTON_HEIGHT), offer))
            right -= width + 6
        return placed


def _value(card: Card, column: Column) -> str:
    way, aspect, price = (*card.facts, "", "", "")[:3]
    return {WAY: way, ASPECT: aspect, LENGTH: card.right, PRICE: price}[column]
