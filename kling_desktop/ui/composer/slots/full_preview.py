"""A slot's picture as large as the window, exactly as it will be used."""

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QHideEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kling_desktop.ui.theme import SIZE, SPACE, Theme
from kling_desktop.ui.widgets.paint import CENTRE, one_line

_FOOT = 40
AREA = QSize(2560, 1600)
"""Decode at most this many pixels: a whole screen."""


class FullPreview(QWidget):
    """Covers the whole window until a click or a key; then `slot` gets the focus back."""

    def __init__(self, theme: Theme, slot: QWidget, told: str) -> None:
        super().__init__(slot.window())
        self._theme = theme
        self._slot = slot
        self._told = told
        self._picture: QImage | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(f"{told}. Press Esc to close")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._cover()
        slot.window().installEventFilter(self)
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    @property
    def picture(self) -> QImage | None:
        """What is shown now."""
        return self._picture

    def show_picture(self, picture: QImage | None) -> None:
        """Show the decoded picture, or a smaller one until it is decoded."""
        if picture is not None:
            self._picture = picture
            self.update()

    def _cover(self) -> None:
        self.setGeometry(self._slot.window().rect())

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._cover()
        return False

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta):
            self.close()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._slot.setFocus(Qt.FocusReason.PopupFocusReason)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), tokens.bg)
            room = self.rect().adjusted(SPACE.XL, SPACE.XL, -SPACE.XL, -_FOOT)
            if self._picture is not None:
                size = self._picture.size()
                if size.width() > room.width() or size.height() > room.height():
                    size = size.scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
                area = QRect(0, 0, size.width(), size.height())
                area.moveCenter(room.center())
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                painter.drawImage(QRectF(area), self._picture)
            foot = QRect(SPACE.XL, self.height() - _FOOT, self.width() - 2 * SPACE.XL, _FOOT)
            one_line(painter, foot, CENTRE, self._told, self._theme.font(SIZE.SMALL), tokens.text2)
