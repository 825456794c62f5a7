"""Connects widgets to what they show. The only place that blocks a widget's signals."""

from collections.abc import Callable
from typing import Any

from psygnal import SignalInstance
from PySide6.QtCore import QObject, QSignalBlocker
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QLineEdit


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
