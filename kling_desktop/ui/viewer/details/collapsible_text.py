"""A long text that can be collapsed."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import LinkButton, label

LINES = 6
_SLACK = 2
"""This many more lines are shown rather than hidden."""


class CollapsibleText(QWidget):
    """The first lines and a link to the rest. A short text is shown whole. The text can be selected and copied."""

    def __init__(self, theme: Theme, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_open = False
        self.words = label(text, wraps=True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.link = LinkButton(theme, "Show all")
        self.link.clicked.connect(self._toggle)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE.XS)
        column.addWidget(self.words)
        column.addWidget(self.link)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.link.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._update_height()

    def _toggle(self) -> None:
        self._is_open = not self._is_open
        self.link.setText("Show less" if self._is_open else "Show all")
        self.link.updateGeometry()
        self._update_height()

    def _update_height(self) -> None:
        self.words.ensurePolished()
        line, whole = self.words.fontMetrics().lineSpacing(), self.words.heightForWidth(self.width())
        is_long = whole > (LINES + _SLACK) * line
        self.words.setFixedHeight(LINES * line if is_long and not self._is_open else whole)
        self.link.setVisible(is_long)
