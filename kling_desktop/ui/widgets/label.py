"""Labels and tooltips whose text is never read as markup."""

from html import escape
from typing import Literal

from PySide6.QtGui import Qt
from PySide6.QtWidgets import QLabel, QWidget

Role = Literal["title", "strong", "body", "secondary", "caption", "overline", "problem", "empty"]

_MAX_LINE = 80


def label(text: str, role: Role = "body", *, wraps: bool = False, parent: QWidget | None = None) -> QLabel:
    """A plain-text label styled for its role. Text from outside is never read as markup."""
    made = QLabel(parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setText(text)
    made.setProperty("role", role)
    made.setWordWrap(wraps)
    return made


def plain_tip(text: str) -> str:
    """Return the tooltip that shows a text letter by letter, whatever it looks like, with long lines wrapped.

    Qt reads a tooltip that looks like HTML as HTML, and would show pictures and whatever else a prompt or a file name
    asks for. Only marked-up tooltips wrap; so a text that needs either is escaped and marked up.
    """
    is_short = all(len(line) <= _MAX_LINE for line in text.split("\n"))
    if is_short and "<" not in text and not Qt.mightBeRichText(text):
        return text
    return f'<p style="white-space: pre-wrap">{escape(text, quote=False)}</p>'
