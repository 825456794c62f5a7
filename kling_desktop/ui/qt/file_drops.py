"""Leaves dropped files to what is around a text field, which would write down their addresses."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget


def leave_files_to_window(field: QWidget) -> None:
    """Let files that are dragged over a text field go to the window, which reads requests and clips."""
    target = field.viewport() if isinstance(field, QAbstractScrollArea) else field
    target.installEventFilter(_FileDrops(field))


class _FileDrops(QObject):
    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDragEnterEvent) and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.ignore()
            return True
        return False
