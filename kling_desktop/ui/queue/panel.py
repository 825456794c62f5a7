"""The queue below the library: what is on its way, in its order, and what can be done to all of it at once."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kling_desktop.domain.jobs.failure_catalog import can_retry
from kling_desktop.domain.jobs.job import Job
from kling_desktop.ui.queue.queue_list import QueueList
from kling_desktop.ui.queue.queue_model import QueueModel
from kling_desktop.ui.queue.row import Group, group
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import Button


class QueuePanel(QWidget):
    """The list; its buttons for all stand in `buttons`, for whoever has room in a line above."""

    verb_chosen = Signal(str, str)
    moved = Signal(object, object)
    send_all_asked = Signal()
    pause_all_asked = Signal()
    retry_all_asked = Signal()
    clear_asked = Signal()

    def __init__(self, theme: Theme, model: QueueModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._queue = model
        self.list = QueueList(theme, model, self)
        self.list.verb_chosen.connect(self.verb_chosen)
        self.list.moved.connect(self.moved)
        self.buttons = QWidget()
        self._send = Button(theme, "", icon="send")
        self._pause = Button(theme, "", icon="pause")
        self._retry = Button(theme, "", icon="refresh")
        self._clear = Button(theme, "Clear ended")
        for button, asked, tip in (
            (
                self._retry,
                self.retry_all_asked,
                "Order again what failed or was refused for a reason that may have gone",
            ),
            (self._send, self.send_all_asked, "Send everything that waits for a click, in this order"),
            (self._pause, self.pause_all_asked, "Let everything that is not sent yet wait for a click"),
            (self._clear, self.clear_asked, "Take what is over off the list"),
        ):
            button.clicked.connect(asked)
            button.setToolTip(tip)
        row = QHBoxLayout(self.buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE.S)
        for button in (self._retry, self._send, self._pause, self._clear):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, SPACE.S)
        column.addWidget(self.list)
        self.show_counts((), lambda _id: False)

    def show_counts(self, jobs: Iterable[Job], paused: Callable[[str], bool]) -> None:
        """Offer for all what there is something to do it to."""
        jobs = list(jobs)
        unsent = [job for job in jobs if group(job) is Group.UNSENT]
        waits = sum(paused(job.id) for job in unsent)
        goes = len(unsent) - waits
        again = sum(can_retry(job) for job in jobs)
        over = sum(group(job) is Group.OVER for job in jobs)
        for button, number, words in (
            (self._send, waits, f"Send {waits}"),
            (self._pause, goes, f"Pause {goes}"),
            (self._retry, again, f"Try {again} again"),
            (self._clear, over, "Clear ended"),
        ):
            button.setText(words)
            button.setAccessibleName(words)
            button.setVisible(number > 0)
            button.updateGeometry()

    def lead_to(self, part: Group) -> None:
        """To the first row of that part, or of all."""
        index = self._queue.first_of(part)
        self.list.reveal(index if index.isValid() else self._queue.index(0))

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), tokens.pane)
