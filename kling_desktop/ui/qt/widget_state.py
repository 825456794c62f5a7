"""Connects widgets to what they show and to what is around them. The only place that blocks a widget's signals."""

from collections.abc import Callable
from typing import Any

from psygnal import SignalInstance
from PySide6.QtCore import QEvent, QObject, QSignalBlocker
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QAbstractSlider, QLineEdit, QWidget


def connect_for_lifetime(signal: SignalInstance, owner: QObject, listener: Callable[..., Any]) -> None:
    """Call `listener` at every emission of `signal` for as long as `owner` lives."""
    signal.connect(listener)
    owner.destroyed.connect(lambda: signal.disconnect(listener, missing_ok=True))


def show_text(edit: QLineEdit, text: str) -> None:
    """Show `text` without emitting anything; the cursor stays if nothing changes."""
    if edit.text() != text:
        with QSignalBlocker(edit):
            edit.setText(text)


def show_checked(button: QAbstractButton, checked: bool) -> None:
    """Check or uncheck a button without emitting anything."""
    if button.isChecked() != checked:
        with QSignalBlocker(button):
            button.setChecked(checked)


def show_value(slider: QAbstractSlider, value: int) -> None:
    """Set a slider without emitting anything."""
    with QSignalBlocker(slider):
        slider.setValue(value)


def leave_files_to_window(field: QWidget) -> None:
    """Let files that are dragged over a text field go to the window, which reads them. The field would write down
    their addresses.
    """
    target = field.viewport() if isinstance(field, QAbstractScrollArea) else field
    target.installEventFilter(_FileDrops(field))


class _FileDrops(QObject):
    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDragEnterEvent) and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.ignore()
            return True
        return False
