"""Notes about a group: problems, warnings and rejections."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kling_desktop.ui.theme import Theme, Tone
from kling_desktop.ui.widgets import LinkButton
from kling_desktop.ui.widgets.wrapped_label import WrappedLabel


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence in a tone (ACCENT for a warning, BAD for a problem), perhaps with a `link` that requests `action`."""

    text: str
    tone: Tone = Tone.ACCENT
    link: str = ""
    action: object = None


class NoteRow(QWidget):
    """One note: ▲, the sentence, and its link on the right."""

    pressed = Signal()

    def __init__(self, theme: Theme, note: Note, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tone = note.tone
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 0, 0)
        row.setSpacing(8)
        words = WrappedLabel(note.text, "problem" if note.tone is Tone.BAD else "secondary")
        row.addWidget(words, 1)
        if note.link:
            link = LinkButton(theme, note.link)
            link.clicked.connect(self.pressed)
            row.addWidget(link, 0, Qt.AlignmentFlag.AlignTop)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint_mark(painter, self._theme.tokens.tone(self._tone))


def paint_mark(painter: QPainter, colour: QColor) -> None:
    """Paint the ▲ before a sentence."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([QPointF(0, 12.5), QPointF(4.5, 4.5), QPointF(9, 12.5)]))


class NoteList(QWidget):
    """Notes, one below the other; takes no space when there are none. Emits `action_requested` with a link's action."""

    action_requested = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._notes: tuple[Note, ...] = ()
        self._rows: list[NoteRow] = []
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self.hide()

    @property
    def notes(self) -> tuple[Note, ...]:
        """The notes that are shown."""
        return self._notes

    def show_notes(self, notes: Sequence[Note]) -> None:
        """Show only these."""
        if tuple(notes) == self._notes:
            return
        self._notes = tuple(notes)
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            # Later, since the click that led here may come from the row itself.
            row.deleteLater()
        self._rows = [NoteRow(self._theme, note, self) for note in self._notes]
        for row, note in zip(self._rows, self._notes, strict=True):
            row.pressed.connect(lambda does=note.action: self.action_requested.emit(does))
            self._column.addWidget(row)
            # The layout counts it only once it is shown.
            row.show()
        self.setVisible(bool(self._notes))
