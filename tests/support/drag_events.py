"""Drag and drop events, the same on every PySide6 that we support."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QLibraryInfo, QMimeData, QPoint, QPointF, Qt, QVersionNumber
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

COPY = Qt.DropAction.CopyAction
# 6.11 drags to a QPoint only, which 6.12 deprecates for a QPointF.
_point: Callable[[QPoint], Any] = QPointF if QLibraryInfo.version() >= QVersionNumber(6, 12) else QPoint
_HELD = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)


def send_drag(widget: QWidget, data: QMimeData, at: QPoint | None = None, action: Qt.DropAction = COPY) -> bool:
    """Drag onto a widget, to its center unless told otherwise; returns whether it would take the drop."""
    spot = _point(at or widget.rect().center())
    events = (QDragEnterEvent(spot, action, data, *_HELD), QDragMoveEvent(spot, action, data, *_HELD))
    for event in events:
        QApplication.sendEvent(widget, event)
    return all(event.isAccepted() for event in events)


def send_drag_leave(widget: QWidget) -> None:
    """Drag away from a widget without letting go."""
    QApplication.sendEvent(widget, QDragLeaveEvent())


def send_drop(widget: QWidget, data: QMimeData, at: QPoint | None = None, action: Qt.DropAction = COPY) -> QDropEvent:
    """Let go over a widget, at its center unless told otherwise."""
    event = QDropEvent(QPointF(at or widget.rect().center()), action, data, *_HELD)
    QApplication.sendEvent(widget, event)
    return event
