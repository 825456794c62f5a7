"""Which of these is the job whose answer never came? Of several such jobs, one after the other."""

from itertools import pairwise

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLayout, QVBoxLayout, QWidget

from kling_desktop.ui.queue.outcome_choices import CandidateList, UnknownJob, at
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import Button, IconButton, label

_WIDTH = 560


class OutcomeDialog(QDialog):
    """Shown with open(). `chosen`: the generation that the user says it is. `send_again` and `forget`: none is it;
    both ask once more what they mean. `moved`: to the order before (-1) or after this one.

    While there is more than one to ask about, it stays for the next.
    """

    candidate_chosen = Signal(str)
    send_again_requested = Signal()
    forget_requested = Signal()
    step_requested = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget, lost: UnknownJob) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWindowTitle("Which one is it?")
        self._before = IconButton(theme, "chevron-left", "The order before", shortcut="Page Up", side=24)
        self._before.clicked.connect(lambda: self.step_requested.emit(-1))
        self._after = IconButton(theme, "chevron-right", "The order after", shortcut="Page Down", side=24)
        self._after.clicked.connect(lambda: self.step_requested.emit(1))
        self._place = label("", "secondary")
        self._when = self._wrapped("")
        self._choices: CandidateList | None = None
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.XL, SPACE.XL, SPACE.XL, SPACE.XL)
        column.setSpacing(SPACE.M)
        column.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)  # as high as what is asked, each time
        column.addLayout(self._head())
        column.addWidget(self._when)
        risk = "If it is none of these it may never have arrived. Sending it again may cost twice: nobody can tell yet."
        column.addWidget(self._wrapped(risk))
        again = Button(theme, "None: send again…", tall=True)
        again.clicked.connect(lambda: self._none(self.send_again_requested))
        forget = Button(theme, "None: forget it…", tall=True)
        forget.clicked.connect(lambda: self._none(self.forget_requested))
        self._leave = Button(theme, "Decide later", tall=True)
        self._leave.clicked.connect(self.reject)
        self._ends = (again, forget, self._leave)
        column.addLayout(self._foot())
        self.show_job(lost)

    def show_job(self, lost: UnknownJob) -> None:
        """About this one from now on."""
        self._lost = lost
        self._place.setText(f"{lost.number} of {lost.count}")
        for part in (self._before, self._place, self._after):
            part.setVisible(lost.count > 1)
        sent = f"You sent “{lost.prompt[:120]}”{at(lost.sent)}, and no answer came."
        self._when.setText(f"{sent} These in your account could be it.")
        if self._choices:
            self._column.removeWidget(self._choices)
            self._choices.hide()
            self._choices.deleteLater()
        self._choices = CandidateList(self._theme, lost)
        self._choices.chosen.connect(self._choose)
        self._column.insertWidget(2, self._choices)
        for one, next_one in pairwise((self._before, self._after, *self._choices.buttons, *self._ends)):
            QWidget.setTabOrder(one, next_one)
        self.setEnabled(True)
        self._leave.setFocus()  # a key that was meant for something else decides nothing

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(SPACE.S)
        head.addWidget(label("Which one is it?", "empty"))
        head.addStretch()
        for part in (self._before, self._place, self._after):
            head.addWidget(part)
        return head

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE.S)
        row.addStretch()
        for button in self._ends:
            row.addWidget(button)
        return row

    def _wrapped(self, text: str) -> QLabel:
        words = label(text, "secondary", wraps=True)
        words.setFixedWidth(_WIDTH - 2 * SPACE.XL)  # or the height of its lines isn't known in time
        return words

    def _choose(self, generation: str) -> None:
        self.candidate_chosen.emit(generation)
        if self._lost.count == 1:
            self.accept()

    def _none(self, decided: SignalInstance) -> None:
        self.reject()
        decided.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
        if self._lost.count > 1 and event.key() in steps:
            self.step_requested.emit(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._theme.tokens.pane)
