"""Key presses, each timed until the window has been painted anew. As a program: those into a bare text field."""

import json
import sys
from time import perf_counter

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget

from tests.benchmarks.thread_time import OwnTime

PRESSES = 300
_TYPED = "the rain begins softly on the roof "
_PATIENCE = 1.0


class Typist(QObject):
    """Presses keys in `field`, a part of `window`."""

    def __init__(self, window: QWidget, field: QWidget) -> None:
        super().__init__()
        self._field = field
        self._painted = False
        window.installEventFilter(self)
        field.setFocus()

    def type(self, presses: int = PRESSES) -> dict[str, list[float]]:
        """Milliseconds a press, as OwnTime has them. A run of letters, then as many taken back, so that the text keeps
        its length."""
        times: dict[str, list[float]] = {"wall": [], "own": []}
        time = OwnTime()
        for nth in range(presses):
            turn, at = divmod(nth, len(_TYPED))
            began = perf_counter()
            time.lap()
            self._painted = False
            QTest.keyClicks(self._field, "\b" if turn % 2 else _TYPED[at])
            while not self._painted:
                QApplication.processEvents()
                assert perf_counter() - began < _PATIENCE, "a key press was not painted"
            for name, took in zip(times, time.lap(), strict=True):
                times[name].append(took)
        time.close()
        return times

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        # Qt asks a window to paint what has changed, once for all changes.
        self._painted = self._painted or event.type() == QEvent.Type.UpdateRequest
        return False


def main() -> None:
    app = QApplication(sys.argv)
    field = QPlainTextEdit("x" * 1_400)
    field.resize(408, 300)
    field.show()
    app.processEvents()
    field.moveCursor(QTextCursor.MoveOperation.End)
    json.dump(Typist(field, field).type(), sys.stdout)


if __name__ == "__main__":
    main()
