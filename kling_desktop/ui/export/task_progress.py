"""The progress of tasks on files in the status bar, with a way to cancel them."""

import threading
from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import LinkButton, label
from kling_desktop.ui.widgets.meter import Meter

_REFRESH_MS = 100
_METER = 96


class FileTask:
    """One task. set_progress() and is_cancelled() may be called on the thread that runs it.

    Args:
        label: What is going on, "Joining 3 clips".
        done: From 0 to 1; None if nobody knows how much there is to do.
        stop: Called when the user cancels, for tasks that don't ask is_cancelled().
    """

    def __init__(self, label: str, done: float | None, stop: Callable[[], None] | None) -> None:
        self.label = label
        self.done = done
        self.stop = stop
        self._cancelled = threading.Event()

    def set_progress(self, done: float) -> None:
        self.done = done

    def set_label(self, label: str) -> None:
        self.label = label

    def cancel(self) -> None:
        self._cancelled.set()

    def is_cancelled(self) -> bool:
        return self._cancelled.is_set()


class FileTaskBar(QWidget):
    """Shows the oldest task that is running; hidden when there is none."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks: list[FileTask] = []
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.text = label("", "secondary")
        self.meter = Meter(theme, "Progress")
        self.meter.setFixedWidth(_METER)
        self.stop = LinkButton(theme, "Cancel")
        self.stop.setToolTip("Cancel it; nothing unfinished is left behind")
        self.stop.clicked.connect(self._stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE.S)
        row.addWidget(self.text)
        row.addWidget(self.meter)
        row.addWidget(self.stop)
        self._refresh = QTimer(self)
        self._refresh.setInterval(_REFRESH_MS)
        self._refresh.timeout.connect(self._show)
        self.hide()

    def start(self, label: str, done: float | None = 0.0, stop: Callable[[], None] | None = None) -> FileTask:
        """Show a new task. Arguments as FileTask's."""
        task = FileTask(label, done, stop)
        self._tasks.append(task)
        self._show()
        self._refresh.start()
        return task

    def finish(self, task: FileTask) -> None:
        self._tasks.remove(task)
        self._show()

    def cancel_all(self) -> None:
        for task in self._tasks:
            task.cancel()

    def _show(self) -> None:
        self.setVisible(bool(self._tasks))
        if not self._tasks:
            self._refresh.stop()
            return
        first, others = self._tasks[0], len(self._tasks) - 1
        state = " · stopping" if first.is_cancelled() else "" if first.done is None else f" · {first.done:.0%}"
        text = f"{first.label}{state}, then {others} more" if others else f"{first.label}{state}"
        if text != self.text.text():
            self.text.setText(text)
            self.setAccessibleName(text)
        self.meter.setVisible(first.done is not None)
        self.meter.show_share(first.done or 0.0)
        self.stop.setEnabled(not first.is_cancelled())

    def _stop(self) -> None:
        if self._tasks:
            task = self._tasks[0]
            task.cancel()
            self._show()
            if task.stop:
                task.stop()
