"""The pane beside the player: a title and scrollable rows of text and buttons."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import Button, label

WIDTH = 320
NARROW = 296


class SidePanel(QWidget):
    """Its content is added to `rows`."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        page = QWidget()
        page.setObjectName("page")
        self.rows = QVBoxLayout(page)
        self.rows.setContentsMargins(SPACE.L, SPACE.L, SPACE.L, SPACE.L)
        self.rows.setSpacing(SPACE.M)
        scroll = self._scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.viewport().setAutoFillBackground(False)
        scroll.setWidget(page)
        page.setAutoFillBackground(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.addWidget(scroll)
        self.setFixedWidth(WIDTH)
        scroll.verticalScrollBar().rangeChanged.connect(self._make_room_for_bar)

    def add_header(self, title: str, button: Button) -> None:
        words = label(title, "title")
        words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        head = QHBoxLayout()
        head.addWidget(words, 1)
        head.addWidget(button)
        self.rows.addLayout(head)

    def add_section(self, title: str, content: QLayout, beside: QWidget | None = None) -> None:
        """Add a section. beside: a widget at the end of the title's line."""
        head = QHBoxLayout()
        head.addWidget(label(title, "overline"), 1)
        if beside is not None:
            head.addWidget(beside)
        section = QVBoxLayout()
        section.setContentsMargins(0, SPACE.XS, 0, 0)
        section.setSpacing(SPACE.S)
        section.addLayout(head)
        section.addLayout(content)
        self.rows.addLayout(section)

    def _make_room_for_bar(self, _least: int, most: int) -> None:
        """Put the scroll bar into the margin, so that nothing moves when it appears."""
        bar = self._scroll.verticalScrollBar()
        taken = bar.sizeHint().width() if most > 0 else 0
        self.rows.setContentsMargins(SPACE.L, SPACE.L, SPACE.L - taken, SPACE.L)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), tokens.pane)
            painter.fillRect(0, 0, 1, self.height(), tokens.line)
