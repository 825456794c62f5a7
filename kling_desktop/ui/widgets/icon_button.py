"""Square buttons with only an icon, alone or a few in one frame."""

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from kling_desktop.ui.qt.key_name import native_shortcut
from kling_desktop.ui.theme import RADIUS, Theme
from kling_desktop.ui.widgets.label import plain_tip
from kling_desktop.ui.widgets.paint import SHUT_OPACITY, box, draw_icon
from kling_desktop.ui.widgets.pressable import Pressable


class IconButton(Pressable):
    """`name` says what it does: tooltip and accessible name. `plain` has no outline until it is hovered.

    Checkable ones (a view, a loop) stand out while checked; `strong` is filled with the accent: play.
    """

    def __init__(
        self,
        theme: Theme,
        icon: str,
        name: str,
        *,
        shortcut: str = "",
        side: int = 32,
        plain: bool = False,
        strong: bool = False,
        checkable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, "", RADIUS.CONTROL, parent)
        self._side = side
        self._plain = plain
        self._strong = strong
        self._note = ""
        self.setCheckable(checkable)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_icon(icon, name, shortcut)

    def show_icon(self, icon: str, name: str, shortcut: str = "") -> None:
        """Show another icon and name: play becomes pause. The tooltip includes `shortcut`."""
        self._icon = icon
        self.setAccessibleName(name)
        self.setToolTip(plain_tip(f"{name} ({native_shortcut(shortcut)})" if shortcut else name))
        self.update()

    def show_mark(self, note: str) -> None:
        """Mark it with a dot for what it hides, said in `note`; "" takes the mark away."""
        self._note = note
        self.setAccessibleDescription(note)
        self.setToolTip(plain_tip(f"{self.accessibleName()}. {note}" if note else self.accessibleName()))
        self.update()

    def sizeHint(self) -> QSize:
        side = self._theme.px(self._side)
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        hovered = self.isEnabled() and self.underMouse()
        chosen = self.isChecked()
        with QPainter(self) as painter:
            if not self.isEnabled():
                painter.setOpacity(SHUT_OPACITY)
            if self._strong:
                box(painter, self.rect(), RADIUS.CONTROL, tokens.accent)
                if self.hasFocus():
                    # The ring's accent line is invisible on an accent fill.
                    box(painter, self.rect().adjusted(2, 2, -2, -2), RADIUS.TAG, None, tokens.on_accent)
            elif chosen:
                box(painter, self.rect(), RADIUS.CONTROL, tokens.raised, tokens.line_strong)
            elif not self._plain:
                box(
                    painter, self.rect(), RADIUS.CONTROL, tokens.raised, tokens.text3 if hovered else tokens.line_strong
                )
            if self.isDown() or hovered:
                box(painter, self.rect(), RADIUS.CONTROL, tokens.pressed if self.isDown() else tokens.hover)
            colour = tokens.on_accent if self._strong else tokens.text if chosen else tokens.text2
            if hovered and not self._strong and not chosen:
                colour = tokens.text
            size = self._theme.px(20 if self._side >= 32 else 16)
            draw_icon(painter, self._icon, QPointF(self.width() / 2, self.height() / 2), colour, size)
            if self._note:
                dot = self._theme.px(8)
                box(painter, QRectF(self.width() - dot - 3, 3, dot, dot), dot / 2, tokens.accent)


class Trough(QWidget):
    """The buttons side by side, on a sunken ground."""

    def __init__(self, theme: Theme, *buttons: QWidget) -> None:
        super().__init__()
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(2)
        for button in buttons:
            row.addWidget(button)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            box(painter, self.rect(), RADIUS.SLOT, self._theme.tokens.sunken)
