"""Asks which generation belongs to a job with an unknown outcome, for several such jobs one after the other."""

from itertools import pairwise

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QWidget

from kling_desktop.domain.text import shorten
from kling_desktop.ui.queue.outcome_choices import CandidateList, UnknownJob, at
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets import Button, IconButton, label
from kling_desktop.ui.widgets.dialog import Dialog

_WIDTH = 560


class OutcomeDialog(Dialog):
    """Shown with open(). As long as there is more than one job to ask about, it stays open for the next."""

    candidate_chosen = Signal(str)
    """The generation that the user says is the job's."""
    send_again_requested = Signal()
    """None of them is; the owner confirms before it sends."""
    forget_requested = Signal()
    """None of them is; the owner confirms before it forgets."""
    step_requested = Signal(int)
    """The previous (-1) or the next (1) job."""

    def __init__(self, theme: Theme, parent: QWidget, job: UnknownJob) -> None:
        super().__init__(theme, parent, "Which one is it?", width=_WIDTH)
        self._previous = IconButton(theme, "chevron-left", "Previous job", shortcut="Page Up", side=24, plain=True)
        self._previous.clicked.connect(lambda: self.step_requested.emit(-1))
        self._next = IconButton(theme, "chevron-right", "Next job", shortcut="Page Down", side=24, plain=True)
        self._next.clicked.connect(lambda: self.step_requested.emit(1))
        self._place = label("", "secondary")
        self._when = self._wrapped("")
        self._candidates: CandidateList | None = None
        for nth, part in enumerate((self._previous, self._place, self._next)):
            self.head.insertWidget(1 + nth, part)
        self.body.addWidget(self._when)
        risk = "If it is none of these, it may never have arrived. Sending it again may cost twice."
        self.body.addWidget(self._wrapped(risk))
        again = Button(theme, "None: send again…", tall=True)
        again.clicked.connect(lambda: self._none(self.send_again_requested))
        forget = Button(theme, "None: forget it…", tall=True)
        forget.clicked.connect(lambda: self._none(self.forget_requested))
        self._later = Button(theme, "Decide later", tall=True)
        self._later.clicked.connect(self.reject)
        self._answers = (again, forget, self._later)
        self.add_buttons(self._later, left=(again, forget))
        self.show_job(job)

    def show_job(self, job: UnknownJob) -> None:
        """Ask about this job from now on."""
        self._job = job
        self._place.setText(f"{job.number} of {job.count}")
        for part in (self._previous, self._place, self._next):
            part.setVisible(job.count > 1)
        self._when.setText(
            f"You sent “{shorten(job.prompt, 120)}”{at(job.sent)}, and no answer came. "
            "These in your account could be it."
        )
        if self._candidates:
            self.body.removeWidget(self._candidates)
            self._candidates.hide()
            self._candidates.deleteLater()
        self._candidates = CandidateList(self._theme, job)
        self._candidates.chosen.connect(self._choose)
        self.body.insertWidget(1, self._candidates)
        self._candidates.show()  # or its height doesn't count yet
        for one, next_one in pairwise((self._previous, self._next, *self._candidates.buttons, *self._answers)):
            QWidget.setTabOrder(one, next_one)
        self.setEnabled(True)
        if self.isVisible():
            self.fit()
        self._later.setFocus()  # so that a stray key press decides nothing

    def _wrapped(self, text: str) -> QLabel:
        return label(text, "secondary", wraps=True)

    def _choose(self, generation: str) -> None:
        self.candidate_chosen.emit(generation)
        if self._job.count == 1:
            self.accept()

    def _none(self, decided: SignalInstance) -> None:
        self.reject()
        decided.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
        if self._job.count > 1 and event.key() in steps:
            self.step_requested.emit(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)
