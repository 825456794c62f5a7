"""The sentence beside the pointer: what a drop here would do, or why it would do nothing."""

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kling_desktop.ui.theme import SIZE, Theme
from kling_desktop.ui.widgets import CardFrame, DropAnswer
from kling_desktop.ui.widgets.paint import WRAPPED, text_width


class DropHint(CardFrame):
    """For slots too small to show it themselves."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, floating=True, parent=parent)
        self._answer: DropAnswer | None = None
        # The drop goes to the slot underneath.
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_text(self, answer: DropAnswer | None, slot: QWidget) -> None:
        """Show the answer of `slot` below it; None hides it."""
        self._answer = answer
        if answer is None:
            self.hide()
            return
        host = self.parentWidget()
        assert host is not None
        font = self._theme.font(SIZE.SMALL)
        width = min(text_width(font, answer.sentence) + 24, host.width() - 32)
        inside = QRect(0, 0, width - 20, 1000)
        height = QFontMetrics(font).boundingRect(inside, WRAPPED, answer.sentence).height() + 12
        corner = slot.mapTo(host, QPoint((slot.width() - width) // 2, slot.height() + 6))
        self.setGeometry(max(16, min(corner.x(), host.width() - width - 16)), corner.y(), width, height)
        self.setAccessibleName(answer.sentence)
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._answer is not None:
            tokens = self._theme.tokens
            ink = tokens.text if self._answer.accepted else tokens.text2
            with QPainter(self) as painter:
                inside = self.rect().adjusted(10, 0, -10, 0)
                painter.setFont(self._theme.font(SIZE.SMALL))
                painter.setPen(ink)
                painter.drawText(inside, WRAPPED, self._answer.sentence)
