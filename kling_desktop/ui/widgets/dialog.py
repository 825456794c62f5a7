"""The frame of every dialog: its title and the button that closes it, its content, its buttons."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QHideEvent, QMouseEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from kling_desktop.ui.qt.compositor import has_compositor
from kling_desktop.ui.theme import RADIUS, SPACE, Theme
from kling_desktop.ui.widgets.icon_button import IconButton
from kling_desktop.ui.widgets.label import label
from kling_desktop.ui.widgets.paint import box

_AROUND = SPACE.L
"""Px of the window that stay in sight around the largest dialog."""
_SCRIM = QColor(0, 0, 0, 102)


class Dialog(QDialog):
    """Put the content into `body` and the buttons into the foot with `add_buttons`. Shown with open(), never exec().

    It is as high as its content, or `height`, but never larger than the window it belongs to: then the content scrolls.
    Esc and the × close it.

    Args:
        theme: The look.
        parent: A widget in the window that it belongs to, and which it dims; None for a window of its own.
        title: What it is about.
        width: Px at 100 % text.
        height: Px, for content that scrolls by itself, such as a list; 0 for as much as the content needs.
    """

    def __init__(self, theme: Theme, parent: QWidget | None, title: str, *, width: int = 480, height: int = 0) -> None:
        super().__init__(parent)
        self._theme = theme
        self._wanted = (width, height)
        self._scrim: Scrim | None = None
        self.setWindowTitle(title)
        self.setWindowFlags(Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self._is_round = has_compositor()
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground, self._is_round)
        self._title = label(title, "title", wraps=True)
        self.head = QHBoxLayout()
        self.head.setContentsMargins(SPACE.XL, SPACE.L, SPACE.M, SPACE.S)
        self.head.setSpacing(SPACE.S)
        self.head.addWidget(self._title, 1)
        self._close: IconButton | None = None
        self._page = QWidget()
        self._page.setObjectName("page")
        self.body = QVBoxLayout(self._page)
        self.body.setContentsMargins(SPACE.XL, SPACE.XS, SPACE.XL, SPACE.XL)
        self.body.setSpacing(SPACE.M)
        self.foot = QHBoxLayout()
        self.foot.setContentsMargins(SPACE.XL, 0, SPACE.XL, 0)
        self.foot.setSpacing(SPACE.S)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(self._page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(self.head)
        whole.addWidget(self._area, 1)
        whole.addLayout(self.foot)
        theme.changed.connect(self.fit)

    def show_title(self, title: str) -> None:
        """Change what it is about."""
        self.setWindowTitle(title)
        self._title.setText(title)

    def add_buttons(self, *buttons: QWidget, left: Sequence[QWidget] = ()) -> None:
        """Add buttons below the content: `left` at the left, and the answers at the right, the main one last."""
        for button in left:
            self.foot.addWidget(button)
        self.foot.addStretch()
        for button in buttons:
            self.foot.addWidget(button)
        self.body.setContentsMargins(SPACE.XL, SPACE.XS, SPACE.XL, SPACE.L)
        self.foot.setContentsMargins(SPACE.XL, SPACE.M, SPACE.XL, SPACE.L)

    def fit(self) -> None:
        """Take the size that suits the content, in the middle of the window."""
        room = self._room()
        width, height = (self._theme.px(length) for length in self._wanted)
        width = min(width, room.width())
        self.body.activate()
        if not height:
            height = self._height_of(self.head, width) + self._height_of(self.body, width)
            height += self._height_of(self.foot, width)
        self.resize(width, min(height, room.height()))
        self.move(room.center() - QPoint(self.width() // 2, self.height() // 2))

    def _height_of(self, part: QLayout, width: int) -> int:
        return part.totalHeightForWidth(width) if part.hasHeightForWidth() else part.totalSizeHint().height()

    def _room(self) -> QRect:
        """On the screen, for the largest dialog."""
        parent = self.parentWidget()
        room = self.screen().availableGeometry()
        if parent is not None and parent.window().isVisible():
            window = parent.window()
            while isinstance(window, Dialog) and (above := window.parentWidget()) is not None:
                window = above.window()
            place = QRect(window.mapToGlobal(QPoint()), window.size())
            # A window larger than its screen is on several.
            is_within = room.contains(place.center()) and place.width() <= room.width()
            room = place.intersected(room) if is_within else place
        return room.adjusted(_AROUND, _AROUND, -_AROUND, -_AROUND)

    def _add_close(self) -> None:
        """Made last, so that Tab comes to it after the content."""
        self._close = IconButton(self._theme, "close", "Close", shortcut="Esc", plain=True)
        self._close.clicked.connect(self.reject)
        self.head.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)

    def setVisible(self, visible: bool) -> None:
        if visible and not self.isVisible():
            if self._close is None:
                self._add_close()
            self.fit()  # window managers place a window that has no place when it appears
        super().setVisible(visible)

    def showEvent(self, event: QShowEvent) -> None:
        parent = self.parentWidget()
        if self._scrim is None and parent is not None and not isinstance(parent.window(), QDialog):
            self._scrim = Scrim(parent.window())
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        scrim, self._scrim = self._scrim, None
        if scrim is not None:
            scrim.hide()
            scrim.deleteLater()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        # It has no title bar of the system's to be moved by.
        if event.button() == Qt.MouseButton.LeftButton and (handle := self.windowHandle()) is not None:
            handle.startSystemMove()

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        with QPainter(self) as painter:
            if not self._is_round:
                painter.fillRect(self.rect(), tokens.pane)
            box(painter, self.rect(), RADIUS.CARD if self._is_round else 0, tokens.pane, tokens.edge)


class Scrim(QWidget):
    """Dims the window behind a dialog."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.resize(window.size())
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), _SCRIM)
