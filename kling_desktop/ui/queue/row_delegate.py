"""How a row of the queue looks, and where its buttons are."""

from enum import Enum, auto

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem

from kling_desktop.domain.jobs.actions import Action, Offer
from kling_desktop.ui.qt.item_hover import ItemHover
from kling_desktop.ui.queue.queue_model import QueueRole
from kling_desktop.ui.queue.row import QueueRow
from kling_desktop.ui.theme import RADIUS, SIZE, SPACE, WEIGHT, Theme, Tone
from kling_desktop.ui.widgets.paint import LEFT, box, draw_icon, one_line, paint_button, text_width

HEIGHT = 52
"""Px at 100 % text, as all of these."""
_LINE = 16
_WORD = 196
_BUTTON = 24
_BAR = 3


class RowButton(Enum):
    """A button of a row that isn't an action of its job."""

    MENU = auto()


class QueueRowDelegate(QStyledItemDelegate):
    """Paints the rows of `view`; `hover` knows the row and the button under the pointer."""

    def __init__(self, theme: Theme, view: QAbstractItemView, hover: ItemHover) -> None:
        super().__init__(view)
        self._theme = theme
        self._view = view
        self._hover = hover

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, self._theme.px(HEIGHT))

    def button_at(self, area: QRect, row: QueueRow, point: QPoint) -> Action | RowButton | None:
        """What the button at a point of a row that fills `area` does."""
        if self._menu_area(area).contains(point):
            return RowButton.MENU
        return next((offer.action for place, offer in self._buttons(area, row) if place.contains(point)), None)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = index.data(QueueRole.ROW)
        if not isinstance(row, QueueRow):
            return
        tokens, area = self._theme.tokens, QRect(option.rect)
        hovered = index.row() == self._hover.row
        painter.save()
        inside = area.adjusted(SPACE.S, 1, -SPACE.S, -1)
        # Asked of the view: to load what `option.state` is made of takes 6 ms of a start.
        if self._view.selectionModel().isSelected(index):
            box(painter, inside, RADIUS.SLOT, tokens.accent_soft)
        elif hovered:
            box(painter, inside, RADIUS.SLOT, tokens.hover)
        if self._view.hasFocus() and index == self._view.currentIndex():
            box(painter, inside, RADIUS.SLOT, None, tokens.accent)
        px = self._theme.px
        state = QRect(area.left() + SPACE.L, area.top() + px(9), px(_WORD), px(HEIGHT - 18))
        self._paint_state(painter, state, row)
        menu, buttons = self._menu_area(area), self._buttons(area, row)
        left, right = area.left() + SPACE.L + px(_WORD) + SPACE.M, (buttons[-1][0] if buttons else menu).left()
        words = QRect(left, area.top() + px(9), right - SPACE.M - left, px(_LINE))
        small = self._theme.font(SIZE.SMALL)
        one_line(painter, words, LEFT, row.title, small, tokens.text)
        one_line(painter, words.translated(0, px(_LINE + 2)), LEFT, row.below, small, tokens.text2)
        button, pressed = self._hover.button if hovered else None, self._hover.held_button is not None
        for place, offer in buttons:
            paint_button(self._theme, painter, place, offer.label, hovered=offer.action is button, pressed=pressed)
        if button is RowButton.MENU:
            box(painter, menu, RADIUS.CONTROL, tokens.pressed if pressed else tokens.hover)
        draw_icon(painter, "more", QPointF(menu.center()) + QPointF(1, 1), tokens.text2, px(16))
        painter.restore()

    def _paint_state(self, painter: QPainter, area: QRect, row: QueueRow) -> None:
        tokens, card, px = self._theme.tokens, row.card, self._theme.px
        box(painter, QRectF(area.left(), area.top() + px(_LINE) / 2 - 4, 8, 8), 4, tokens.tone(card.led))
        strong, small = self._theme.font(SIZE.SMALL, WEIGHT.STRONG), self._theme.font(SIZE.SMALL)
        word = QRect(area.left() + 15, area.top(), area.width() - 15, px(_LINE))
        one_line(painter, word, LEFT, card.word, strong, tokens.text)
        told = " · ".join(part for part in (card.left, card.right) if part)
        one_line(painter, word.translated(0, px(_LINE + 2)), LEFT, told, small, tokens.text2)
        if card.fraction is not None:
            bar = QRectF(word.left(), area.bottom() + 4, word.width(), _BAR)
            box(painter, bar, _BAR / 2, tokens.line)
            bar.setWidth(max(_BAR, bar.width() * card.fraction))
            box(painter, bar, _BAR / 2, tokens.tone(Tone.BUSY))

    def _menu_area(self, area: QRect) -> QRect:
        """Where the button for the menu stands, at the right."""
        side = self._theme.px(_BUTTON)
        return QRect(area.right() + 1 - SPACE.L - side, area.top() + (area.height() - side) // 2, side, side)

    def _buttons(self, area: QRect, row: QueueRow) -> list[tuple[QRect, Offer]]:
        """Where the card's buttons stand, from the right: the first of them is leftmost."""
        menu, placed = self._menu_area(area), list[tuple[QRect, Offer]]()
        right = menu.left()
        for offer in reversed(row.card.buttons):
            width = text_width(self._theme.font(SIZE.SMALL), offer.label) + 20
            right -= 6 + width
            placed.append((QRect(right, menu.top(), width, menu.height()), offer))
        return placed
