"""Text in one of the type styles of the theme."""

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

Role = Literal["title", "strong", "body", "secondary", "caption", "overline", "problem", "empty"]


def label(text: str, role: Role = "body", *, wraps: bool = False, parent: QWidget | None = None) -> QLabel:
    """A plain-text label styled for its role. Text from outside is never read as markup."""
    made = QLabel(parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setText(text)
    made.setProperty("role", role)
    made.setWordWrap(wraps)
    return made
