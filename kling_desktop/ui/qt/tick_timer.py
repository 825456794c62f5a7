"""Repainting the rows of a view that count seconds."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QAbstractItemView


class TickTimer(QObject):
    """Repaints `ticking_rows()` once a second. It sleeps while there are none, or while the view is hidden.

    The view calls `refresh` whenever other rows may be in sight.
    """

    def __init__(self, view: QAbstractItemView, ticking_rows: Callable[[], Iterable[int]]) -> None:
        super().__init__(view)
        self._view = view
        self._ticking_rows = ticking_rows
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self._repaint)

    @property
    def is_active(self) -> bool:
        return self._timer.isActive()

    def refresh(self) -> None:
        wanted = self._view.isVisible() and any(True for _ in self._ticking_rows())
        if wanted != self._timer.isActive():
            self._timer.start() if wanted else self._timer.stop()

    def _repaint(self) -> None:
        for row in self._ticking_rows():
            self._view.update(self._view.model().index(row, 0))
