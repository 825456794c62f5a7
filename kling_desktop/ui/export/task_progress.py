"""How far the work on files is, at the foot of the window, and a way to call it off."""

import threading
from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import LinkButton, label
from kling_desktop.ui.widgets.meter import Meter

_LOOK_EVERY_MS = 100
_METER = 96


class FileTask:
    """One piece of work. tell() and called_off() are called on the thread that works.

    done: 0 to 1; None where nobody knows how much there is to do. end: what the user's calling it off does at once,
    where it isn't asked again and again.
    """

    def __init__(self, words: str, done: float | None, end: Callable[[], None] | None) -> None:
        self.words = words
        self.done = done
        self.end = end
        self._off = threading.Event()

    def set_progress(self, done: float) -> None:
        self.done = done

    def set_label(self, words: str) -> None:
        """Other words for it, as it goes on."""
        self.words = words

    def cancel(self) -> None:
        self._off.set()

    def is_cancelled(self) -> bool:
        return self._off.is_set()


class FileTaskBar(QWidget):
    """Shows the oldest that is under way; takes no place when there is none."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._works: list[FileTask] = []
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.words = label("", "secondary")
        self.meter = Meter(theme, "How far it is")
        self.meter.setFixedWidth(_METER)
        self.stop = LinkButton(theme, "Cancel")
        self.stop.setToolTip("Leave it; nothing half done is left behind")
        self.stop.clicked.connect(self._stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE.S)
        row.addWidget(self.words)
        row.addWidget(self.meter)
        row.addWidget(self.stop)
        self._look = QTimer(self, interval=_LOOK_EVERY_MS)
        self._look.timeout.connect(self._show)
        self.hide()

    def start(self, words: str, done: float | None = 0.0, end: Callable[[], None] | None = None) -> FileTask:
        """words: what is being done, "Joining 3 clips". done, end: as Work's."""
        work = FileTask(words, done, end)
        self._works.append(work)
        self._show()
        self._look.start()
        return work

    def finish(self, work: FileTask) -> None:
        self._works.remove(work)
        self._show()

    def cancel_all(self) -> None:
        for work in self._works:
            work.cancel()

    def _show(self) -> None:
        self.setVisible(bool(self._works))
        if not self._works:
            self._look.stop()
            return
        first, others = self._works[0], len(self._works) - 1
        text = first.words
        if first.is_cancelled():
            text += " · stopping"
        elif first.done is not None:
            text += f" · {first.done:.0%}"
        text += f", then {others} more" if others else ""
        if text != self.words.text():
            self.words.setText(text)
            self.setAccessibleName(text)
        self.meter.setVisible(first.done is not None)
        self.meter.show_share(first.done or 0.0)
        self.stop.setEnabled(not first.is_cancelled())

    def _stop(self) -> None:
        if self._works:
            work = self._works[0]
            work.cancel()
            self._show()
            if work.end:
                work.end()
