"""The one filled button: it spends money."""

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kling_desktop.ui.theme import RADIUS, SIZE, WEIGHT, Theme
from kling_desktop.ui.widgets.label import plain_tip
from kling_desktop.ui.widgets.paint import CENTRE, WRAPPED, box, one_line, text_width
from kling_desktop.ui.widgets.pressable import Pressable


class PrimaryButton(Pressable):
    """When ready, it emits `triggered`. When blocked, it shows the reason instead of its text and emits
    `reason_clicked`.

    Connect to these two rather than to `clicked`, which doesn't tell them apart.
    """

    triggered = Signal()
    reason_clicked = Signal()

    def __init__(
        self, theme: Theme, text: str, hint: str = "", *, compact: bool = False, parent: QWidget | None = None
    ) -> None:
        """compact: as high as the ordinary buttons beside it, and no wider than its text."""
        super().__init__(theme, text, RADIUS.CONTROL if compact else RADIUS.SLOT, parent)
        self._hint = hint
        self._size = (SIZE.BASE, 32, 28) if compact else (SIZE.PROMPT, 44, 48)
        self._shut = False
        self._radius = RADIUS.CONTROL if compact else RADIUS.SLOT
        across = QSizePolicy.Policy.Preferred if compact else QSizePolicy.Policy.Expanding
        self.setSizePolicy(across, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._route)
        self.show_ready(text, hint)

    @property
    def is_blocked(self) -> bool:
        """Whether it shows a reason instead of the action."""
        return self._shut

    def show_ready(self, text: str, hint: str = "") -> None:
        """Enable it: `text` is what a press does, `hint` the key for it, such as "Ctrl Enter"."""
        self._show(text, hint, shut=False)

    def show_blocked(self, reason: str) -> None:
        """Block it, for `reason`."""
        self._show(reason, "", shut=True)

    def _show(self, text: str, hint: str, *, shut: bool) -> None:
        self._hint, self._shut = hint, shut
        self.setText(text)
        self.setToolTip(plain_tip(text if shut else ""))
        self.update()

    def _route(self) -> None:
        (self.reason_clicked if self._shut else self.triggered).emit()

    def sizeHint(self) -> QSize:
        _, height, ends = self._size
        return QSize(text_width(self._font(), self.text()) + self._chip_width() + ends, self._theme.px(height))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self._theme.px(self._size[1]))

    def _font(self) -> QFont:
        return self._theme.font(self._size[0], WEIGHT.STRONG)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        with QPainter(self) as painter:
            if self._shut:
                box(painter, self.rect(), self._radius, tokens.sunken)
                if self.isDown() or self.underMouse():
                    box(painter, self.rect(), self._radius, tokens.pressed if self.isDown() else tokens.hover)
                self._paint_reason(painter)
                return
            box(painter, self.rect(), self._radius, tokens.accent)
            if self.isDown() or self.underMouse():
                box(painter, self.rect(), self._radius, tokens.pressed if self.isDown() else tokens.hover)
            if self.hasFocus():
                # The ring's accent line is invisible on an accent fill.
                box(painter, self.rect().adjusted(3, 3, -3, -3), RADIUS.CONTROL, None, tokens.on_accent)
            self._paint_action(painter)

    def _paint_reason(self, painter: QPainter) -> None:
        colour = self._theme.tokens.text2
        inside = self.rect().adjusted(16, 2, -16, -2)
        font = self._font()
        if text_width(font, self.text()) <= inside.width():
            one_line(painter, inside, CENTRE, self.text(), font, colour)
            return
        painter.setFont(self._theme.font(SIZE.SMALL, WEIGHT.MEDIUM))
        painter.setPen(colour)
        painter.drawText(inside, WRAPPED, self.text())

    def _paint_action(self, painter: QPainter) -> None:
        ink = self._theme.tokens.on_accent
        font = self._font()
        chip = self._chip_width()
        words = min(text_width(font, self.text()) + 1, self.width() - 16 - chip)
        left = (self.width() - words - chip) // 2
        one_line(painter, QRect(left, 0, words, self.height()), CENTRE, self.text(), font, ink)
        if chip:
            painter.setOpacity(0.75)
            high = self._theme.px(20)
            key = QRect(left + words + 10, (self.height() - high) // 2, chip - 10, high)
            box(painter, key, RADIUS.TAG, None, ink)
            flags = CENTRE | Qt.TextFlag.TextSingleLine.value
            one_line(painter, key, flags, self._hint, self._theme.font(SIZE.CAPTION, WEIGHT.MEDIUM), ink)

    def _chip_width(self) -> int:
        """Including the gap before it."""
        if not self._hint:
            return 0
        return text_width(self._theme.font(SIZE.CAPTION, WEIGHT.MEDIUM), self._hint) + 22
