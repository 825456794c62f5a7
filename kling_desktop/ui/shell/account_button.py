"""Whose account it is, and what it has: opens the menu of accounts."""

from PySide6.QtCore import QPointF, QRect, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kling_desktop.ui.theme import SIZE, SPACE, Theme
from kling_desktop.ui.widgets.paint import LEFT, box, draw_icon, one_line, text_width
from kling_desktop.ui.widgets.pressable import Pressable

_NO_NAME = "Account"


class AccountButton(Pressable):
    """The name and the balance, as far as they are known."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "", 16, parent)
        self._name = ""
        self._balance = ""
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.show_account("", "")

    def show_account(self, name: str, balance: str) -> None:
        """Show them; "" for what isn't known."""
        self._name, self._balance = name, balance
        told = ", ".join(filter(None, (name, balance)))
        self.setAccessibleName(f"Account: {told}" if told else _NO_NAME)
        self.setToolTip("Profiles, API key and sandbox. The balance is in Leonardo's credits.")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._around() + sum(width for _, width in self._parts()), self._theme.px(32))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(64), self._theme.px(32))

    def _around(self) -> int:
        """The ends, and the arrow."""
        return 2 * SPACE.M + self._theme.px(18)

    def _parts(self) -> list[tuple[str, int]]:
        font = self._theme.font(SIZE.BASE)
        words = [part for part in (self._name, self._balance) if part] or [_NO_NAME]
        return [(word, text_width(font, word) + 2 + (SPACE.S if nth else 0)) for nth, word in enumerate(words)]

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens, hovered = self._theme.tokens, self.underMouse()
        font = self._theme.font(SIZE.BASE)
        with QPainter(self) as painter:
            radius = self.height() / 2
            if self.isDown() or hovered:
                box(painter, self.rect(), radius, tokens.pressed if self.isDown() else tokens.hover)
            left, right = SPACE.M, self.width() - SPACE.M - self._theme.px(18)
            parts = self._parts()
            # A long name makes way for the balance.
            spare = sum(width for _, width in parts) - (right - left)
            for nth, (words, wide) in enumerate(parts):
                shown = wide - max(0, spare) if not nth else wide
                gap = SPACE.S if nth else 0
                area = QRect(left + gap, 0, max(0, min(shown - gap, right - left - gap)), self.height())
                is_balance = words == self._balance
                one_line(painter, area, LEFT, words, font, tokens.text if is_balance or hovered else tokens.text2)
                left += shown
            centre = QPointF(self.width() - SPACE.M - self._theme.px(6), self.height() / 2)
            draw_icon(painter, "chevron-down", centre, tokens.text2, self._theme.px(16))
