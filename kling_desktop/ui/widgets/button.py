"""The ordinary button."""

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kling_desktop.ui.theme import RADIUS, SIZE, Theme
from kling_desktop.ui.widgets.paint import CENTRE, LEFT, RIGHT, SHUT_OPACITY, box, draw_icon, one_line, text_width
from kling_desktop.ui.widgets.pressable import Pressable


class Button(Pressable):
    """Text, perhaps with an icon before it.

    24 px high, 32 when `tall`. With a `hint` (a key, say) it is a full-width row: text left, hint right.
    """

    def __init__(
        self,
        theme: Theme,
        text: str,
        *,
        icon: str = "",
        hint: str = "",
        tall: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, text, RADIUS.CONTROL, parent)
        self._icon = icon
        self._hint = hint
        self._tall = tall or bool(hint)
        across = QSizePolicy.Policy.Expanding if hint else QSizePolicy.Policy.Preferred
        self.setSizePolicy(across, QSizePolicy.Policy.Fixed)

    def show_face(self, text: str, icon: str = "") -> None:
        """Show another text, or an icon instead where there is no room for text."""
        self._icon = icon
        self.setText(text)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        font = self._theme.font(SIZE.BASE if self._tall else SIZE.SMALL)
        width = 2 * self._margin() + text_width(font, self.text())
        width += self._theme.px(22) if self._icon else 0
        width += 16 + text_width(font, self._hint) if self._hint else 0
        return QSize(width, self._theme.px(32 if self._tall else 24))

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), 48), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens, px = self._theme.tokens, self._theme.px
        font = self._theme.font(SIZE.BASE if self._tall else SIZE.SMALL)
        with QPainter(self) as painter:
            if not self.isEnabled():
                painter.setOpacity(SHUT_OPACITY)
            hovered = self.isEnabled() and self.underMouse()
            box(painter, self.rect(), RADIUS.CONTROL, tokens.raised, tokens.text3 if hovered else tokens.line_strong)
            if self.isDown() or hovered:
                box(painter, self.rect(), RADIUS.CONTROL, tokens.pressed if self.isDown() else tokens.hover)
            inside = self.rect().adjusted(self._margin(), 0, -self._margin(), 0)
            if self._hint:
                one_line(painter, inside, RIGHT, self._hint, font, tokens.text2)
                inside.setRight(inside.right() - text_width(font, self._hint) - 6)
            if self._icon:
                if not self._hint:
                    spare = max(0, inside.width() - px(22) - text_width(font, self.text()))
                    inside.adjust(spare // 2, 0, -(spare // 2) if self.text() else 0, 0)
                across = inside.left() + px(8) if self.text() else self.width() / 2
                draw_icon(painter, self._icon, QPointF(across, self.height() / 2), tokens.text2, px(16))
                inside.adjust(px(22), 0, 0, 0)
            flags = LEFT if self._hint or self._icon else CENTRE
            one_line(painter, inside, flags | Qt.TextFlag.TextSingleLine.value, self.text(), font, tokens.text)

    def _margin(self) -> int:
        return 12 if self._tall else 10
