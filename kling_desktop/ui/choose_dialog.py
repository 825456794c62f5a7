"""Which of these is the job whose answer never came?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImageReader, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import Button, label

_PICTURE = QSize(128, 80)


@dataclass(frozen=True, slots=True)
class Choice:
    """A generation that could be the one. poster: a picture on this machine, if there is one."""

    generation: str
    status: str
    made_at: datetime | None
    poster: Path | None = None


class ChooseDialog(QDialog):
    """Shown with open(). `chosen`: the generation that the user says it is."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget, prompt: str, choices: Sequence[Choice]) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWindowTitle("Which one is it?")
        self.setMinimumWidth(520)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.XL, SPACE.XL, SPACE.XL, SPACE.XL)
        column.setSpacing(SPACE.M)
        column.addWidget(label("Which one is it?", "empty"))
        column.addWidget(
            label(f"No answer came for “{prompt[:120]}”. These in your account could be it.", "secondary", wraps=True)
        )
        for choice in choices:
            column.addLayout(self._row(choice))
        leave = Button(theme, "None of these", tall=True)
        leave.clicked.connect(self.reject)
        column.addWidget(leave, 0, Qt.AlignmentFlag.AlignRight)

    def _row(self, choice: Choice) -> QHBoxLayout:
        picture = QLabel()
        picture.setFixedSize(_PICTURE)
        if choice.poster:
            reader = QImageReader(str(choice.poster))
            reader.setScaledSize(reader.size().scaled(_PICTURE, Qt.AspectRatioMode.KeepAspectRatio))
            picture.setPixmap(QPixmap.fromImageReader(reader))
        when = choice.made_at.astimezone().strftime("%d %B, %H:%M:%S") if choice.made_at else "at an unknown time"
        this = Button(self._theme, "This one", tall=True)
        this.clicked.connect(lambda: self._choose(choice.generation))
        words = QVBoxLayout()
        words.addStretch()
        words.addWidget(label(f"Ordered {when}"))
        words.addWidget(label(choice.status.capitalize(), "secondary"))
        words.addStretch()
        row = QHBoxLayout()
        row.setSpacing(SPACE.M)
        row.addWidget(picture)
        row.addLayout(words, 1)
        row.addWidget(this)
        return row

    def _choose(self, generation: str) -> None:
        self.chosen.emit(generation)
        self.accept()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._theme.tokens.pane)
