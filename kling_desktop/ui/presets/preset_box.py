"""Shows which preset the form started from, and what has changed since."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kling_desktop.domain.text import plural
from kling_desktop.ui.composer.slots.slot_box import is_typing
from kling_desktop.ui.theme import RADIUS, SIZE, SPACE, WEIGHT, Theme
from kling_desktop.ui.widgets.label import plain_tip
from kling_desktop.ui.widgets.paint import LEFT, box, draw_icon, one_line, text_width
from kling_desktop.ui.widgets.pressable import Pressable

_NONE = "No preset"


class PresetBox(Pressable):
    """A click opens the list, and so does typing: emits `typed(text)`."""

    typed = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, _NONE, RADIUS.SLOT, parent)
        self._drift: tuple[str, ...] = ()
        self._is_preset = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_preset("", ())

    def show_preset(self, name: str, drift: Sequence[str]) -> None:
        """The preset's name, "" for none, and what in the form differs from it."""
        self._is_preset, self._drift = bool(name), tuple(drift)
        self.setText(name or _NONE)
        self.setAccessibleName(f"Preset: {name or 'none'}")
        told = f"Changed: {', '.join(drift)}" if drift else "Unchanged" if name else "Save forms that you use again"
        self.setAccessibleDescription(told)
        self.setToolTip(plain_tip(f"{told}. Ctrl+P opens the presets"))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_typing(event):
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(220, self._theme.px(34))

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens, hovered = self._theme.tokens, self.underMouse()
        with QPainter(self) as painter:
            box(painter, self.rect(), RADIUS.SLOT, tokens.field, tokens.text3 if hovered else tokens.line_strong)
            px = self._theme.px
            draw_icon(painter, "chevron-down", QPointF(self.width() - px(18), self.height() / 2), tokens.text2, px(16))
            inside = self.rect().adjusted(SPACE.M, 0, -px(34), 0)
            strong = self._theme.font(SIZE.BASE, WEIGHT.STRONG if self._is_preset else WEIGHT.REGULAR)
            said = self._said()
            small = self._theme.font(SIZE.SMALL)
            least = text_width(small, said) + 14 if said else 0
            wide = min(text_width(strong, self.text()) + 2, max(80, inside.width() - least - SPACE.S))
            name = QRect(inside.left(), 0, wide, self.height())
            one_line(painter, name, LEFT, self.text(), strong, tokens.text if self._is_preset else tokens.text2)
            if said:
                at = name.right() + SPACE.S
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(tokens.accent)
                painter.drawEllipse(QRectF(at, self.height() / 2 - 3.5, 7, 7))
                rest = QRect(at + 14, 0, max(0, inside.right() - at - 14), self.height())
                one_line(painter, rest, LEFT, said, small, tokens.text2)

    def _said(self) -> str:
        if not self._drift:
            return ""
        return plural(len(self._drift), one="{setting} changed", other="{count} changes", setting=self._drift[0])
