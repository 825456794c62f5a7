"""Keeps the window inside its screen, with the frame that the system puts around it."""

from PySide6.QtCore import QMargins, QPoint, QRect, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

LEAST = QSize(720, 420)
"""The smallest window that can be worked in, where the screen has room for it."""
_USUAL_FRAME = QMargins(2, 40, 2, 6)
"""The frame isn't known before the window is shown: at least as wide as the usual ones."""


class ScreenFit:
    """Fits one window: before it is shown, with the usual frame; and once more when its frame is known."""

    def __init__(self, window: QWidget, size: QSize) -> None:
        self._window = window
        self._is_checked = False
        window.setMinimumSize(_fitting(LEAST, self._room()))
        window.resize(size)

    def fit_size(self) -> None:
        """Make it no larger than the screen. Where it comes is for the system to say."""
        room = self._room()
        if not room.isNull():
            self._window.resize(_fitting(self._window.size(), room))

    def fit_place(self) -> None:
        """Bring a window that was placed before, perhaps on a larger screen, into this one."""
        if not self._room().isNull():
            self._move_to(fitted(self._window.geometry(), _USUAL_FRAME, self._room()))

    def check_frame(self) -> None:
        """Correct the place once, now that the window is shown with its frame. From then on it is the user's."""
        if self._is_checked or self._window.isMaximized() or self._window.isFullScreen() or self._room().isNull():
            return
        self._is_checked = True
        handle = self._window.windowHandle()
        if handle is not None and not handle.frameMargins().isNull():
            self._move_to(fitted(self._window.geometry(), handle.frameMargins(), self._room()))

    def _room(self) -> QRect:
        """Null where nobody sees the window: the pictures taken there are of the size that was asked for."""
        if QGuiApplication.platformName() == "offscreen":
            return QRect()
        return self._window.screen().availableGeometry()

    def _move_to(self, place: QRect) -> None:
        if place != self._window.geometry():
            self._window.setGeometry(place)


def fitted(place: QRect, frame: QMargins, room: QRect) -> QRect:
    """Return where a window at `place` goes so that it and its frame lie within `room`: as near, and as large, as can
    be.
    """
    inside = room.marginsRemoved(frame)
    size = place.size().boundedTo(inside.size())
    left = max(inside.left(), min(place.left(), inside.right() - size.width() + 1))
    top = max(inside.top(), min(place.top(), inside.bottom() - size.height() + 1))
    return QRect(QPoint(left, top), size)


def _fitting(size: QSize, room: QRect) -> QSize:
    return size if room.isNull() else size.boundedTo(room.marginsRemoved(_USUAL_FRAME).size())
