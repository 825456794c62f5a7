"""The grid as things change by themselves: it flies by and comes to rest, pictures come, seconds are counted."""

from collections.abc import Iterator

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from kling_desktop.ui.library.cards.card import ticks
from kling_desktop.ui.library.grid.fast_scroll import Flight
from kling_desktop.ui.library.grid.grid_painter import PaintedGrid
from kling_desktop.ui.library.model.library_model import LibraryModel
from kling_desktop.ui.theme import Theme


class LivelyGrid(PaintedGrid):
    """Fetches nothing for what flies by, and wakes up only for what is in sight."""

    def __init__(self, theme: Theme, model: LibraryModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, model, parent)
        self._flight = Flight(self)
        self._flight.landed.connect(self._come_to_rest)
        self._tick = QTimer(self, interval=1000)
        self._tick.timeout.connect(self._repaint_ticking)
        for changed in (model.rowsInserted, model.rowsRemoved, model.modelReset, model.dataChanged):
            changed.connect(self._mind_the_clock)
        model.posters_came.connect(self._paint_posters)

    @property
    def ticking(self) -> bool:
        """Whether something in sight counts seconds."""
        return self._tick.isActive()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self._library.hurried = self._flight.moved(dy)
        self._mind_the_clock()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._mind_the_clock()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._mind_the_clock()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._mind_the_clock()

    def _come_to_rest(self) -> None:
        """What there is to see of what flew by is fetched; what is there of it has been painted."""
        self._library.hurried = False
        self._library.look_at(self.rows_in(self.viewport().rect()))

    def _ticking_rows(self) -> Iterator[int]:
        rows = range(0) if self._library.is_finished else self.rows_in(self.viewport().rect())
        return (row for row in rows if (job := self._library.unfinished(row)) and ticks(job))

    def _mind_the_clock(self) -> None:
        """Wake up by the second only while something in sight counts them."""
        wanted = self.isVisible() and any(True for _ in self._ticking_rows())
        if wanted != self._tick.isActive():
            self._tick.start() if wanted else self._tick.stop()

    def _paint_posters(self, paths: frozenset[str]) -> None:
        for row in self.rows_in(self.viewport().rect()):
            if self._library.poster_path(row) in paths:
                self.update(self._library.index(row))

    def _repaint_ticking(self) -> None:
        for row in self._ticking_rows():
            self.update(self._library.index(row))
