"""A filter chip that is on or off."""

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kling_desktop.ui.theme import SIZE, Theme
from kling_desktop.ui.widgets.paint import CENTRE, SHUT_OPACITY, box, draw_icon, one_line, text_width
from kling_desktop.ui.widgets.pressable import Pressable

_END = 12


class Chip(Pressable):
    """A round-ended toggle; emits `toggled(bool)`."""

    def __init__(
        self, theme: Theme, text: str, *, icon: str = "", on: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, text, 13, parent)
        self._icon = icon
        self.setCheckable(True)
        self.setChecked(on)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(
            text_width(self._theme.font(SIZE.SMALL), self.text()) + 2 * _END + self._before(), self._theme.px(26)
        )

    def _before(self) -> int:
        """The width of the icon and of the gap behind it."""
        return self._theme.px(20) if self._icon else 0

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        hovered = self.isEnabled() and self.underMouse()
        radius = self.height() / 2
        with QPainter(self) as painter:
            if not self.isEnabled():
                painter.setOpacity(SHUT_OPACITY)
            if self.isChecked():
                box(painter, self.rect(), radius, tokens.accent_soft, tokens.accent)
            else:
                box(painter, self.rect(), radius, tokens.raised)
            if self.isDown() or hovered:
                box(painter, self.rect(), radius, tokens.pressed if self.isDown() else tokens.hover)
            colour = tokens.text if self.isChecked() or hovered else tokens.text2
            inner = self.rect().adjusted(_END, 0, -_END, 0)
            if self._icon:
                middle = QPointF(_END + self._theme.px(7), self.height() / 2)
                draw_icon(painter, self._icon, middle, colour, self._theme.px(16))
                inner.setLeft(inner.left() + self._before())
            one_line(painter, inner, CENTRE, self.text(), self._theme.font(SIZE.SMALL), colour)
