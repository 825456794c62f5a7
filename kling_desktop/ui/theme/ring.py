"""The soft ring around the focused control."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QWidget,
)
from shiboken6 import isValid

from kling_desktop.ui.theme.tokens import RADIUS, Tokens

WIDTH: Final = 3
"""Of the soft ring, px."""
_NATIVE: Final = (QLineEdit, QComboBox, QAbstractSpinBox, QPushButton)
_FOLLOWED: Final = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide)


class FocusRing(QWidget):
    """An accent line on the outline of `target` and a soft ring around it.

    A sibling laid over it rather than a part of it, so that rings need no room in layouts.
    """

    def __init__(self, target: QWidget, radius: int, tokens: Callable[[], Tokens]) -> None:
        host, followed = _host(target)
        super().__init__(host)
        self._host = host
        self._followed = followed
        self._target = target
        self._gap = int(target.property("ringGap") or 0)
        self._radius = radius + self._gap
        self._tokens = tokens
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for widget in followed:
            widget.installEventFilter(self)
        self._follow()
        self.setVisible(target.isVisible())
        self.raise_()

    def leave(self) -> None:
        """The focus is elsewhere now."""
        for widget in self._followed:
            if isValid(widget):
                widget.removeEventFilter(self)
        self.hide()
        self.deleteLater()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in _FOLLOWED and isValid(self._target):
            self._follow()
            self.setVisible(event.type() != QEvent.Type.Hide and self._target.isVisible())
        return False

    def _follow(self) -> None:
        corner = self._target.mapTo(self._host, QPoint(0, 0))
        out = WIDTH + self._gap
        around = QRect(corner, self._target.size()).adjusted(-out, -out, out, out)
        if around != self.geometry():
            self.setGeometry(around)
            # Only the rim: typing inside doesn't repaint the ring.
            rim = WIDTH + 2 + round(self._radius * 0.3)
            self.setMask(QRegion(self.rect()) - QRegion(self.rect().adjusted(rim, rim, -rim, -rim)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = self._tokens()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(tokens.accent_soft, WIDTH))
            soft = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
            painter.drawRoundedRect(soft, self._radius + 1.5, self._radius + 1.5)
            painter.setPen(QPen(tokens.accent, 1))
            line = QRectF(self.rect()).adjusted(3.5, 3.5, -3.5, -3.5)
            painter.drawRoundedRect(line, self._radius - 0.5, self._radius - 0.5)


class FocusRings(QObject):
    """Keeps one ring on the focused widget, if it wants one.

    A widget asks with the dynamic property `ring`, its corner radius in px (0: none), and `ringGap`, the px between its
    edge and the ring. Qt's own fields and buttons have one by default.
    """

    def __init__(self, app: QApplication, tokens: Callable[[], Tokens]) -> None:
        super().__init__(app)
        self._tokens = tokens
        self._ring: FocusRing | None = None
        app.focusChanged.connect(self._moved)

    def _moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        if self._ring is not None and isValid(self._ring):
            self._ring.leave()
        radius = 0 if new is None else _radius(new)
        self._ring = FocusRing(new, radius, self._tokens) if new is not None and radius else None


def _radius(widget: QWidget) -> int:
    if widget.isWindow():
        return 0
    asked = widget.property("ring")
    if asked is not None:
        return int(asked)
    return RADIUS.CONTROL if isinstance(widget, _NATIVE) else 0


def _host(target: QWidget) -> tuple[QWidget, list[QWidget]]:
    """The nearest ancestor with room around `target` for the ring, and the widgets whose moves move `target` in it."""
    followed = [target]
    host = target.parentWidget()
    assert host is not None, "a window has no ring"
    while (above := host.parentWidget()) is not None and not host.isWindow():
        around = QRect(target.mapTo(host, QPoint(0, 0)), target.size()).adjusted(-WIDTH, -WIDTH, WIDTH, WIDTH)
        if host.rect().contains(around):
            break
        # A splitter or a stack would treat the ring as a pane of its own; a scrolled page must keep it inside.
        if isinstance(above, QSplitter | QStackedWidget) or isinstance(above.parentWidget(), QAbstractScrollArea):
            break
        followed.append(host)
        host = above
    return host, followed
