"""The column headings over the list view."""

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kling_desktop.domain.library.clip_query import ClipSort
from kling_desktop.ui.library.cards.columns import DATE, Column, places
from kling_desktop.ui.library.grid.grid_layout import MARGIN
from kling_desktop.ui.theme import SIZE, WEIGHT, Theme
from kling_desktop.ui.widgets.paint import LEFT, RIGHT, draw_icon, one_line, text_width

_HEIGHT = 28


class ListHeader(QWidget):
    """A click on a sortable column emits `sort_requested(Sort)`; a second click on the date asks for the oldest first.

    For the mouse: the keyboard uses the sort menu beside it.
    """

    sort_requested = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._sort = ClipSort.NEWEST
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)

    def show_sort(self, sort: ClipSort) -> None:
        self._sort = sort
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, _HEIGHT)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        column = self._column_at(event.position().x())
        if column and column.sort:
            turned = column is DATE and self._sort is ClipSort.NEWEST
            self.sort_requested.emit(ClipSort.OLDEST if turned else column.sort)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        column = self._column_at(event.position().x())
        sortable = column is not None and column.sort is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if sortable else Qt.CursorShape.ArrowCursor)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        with QPainter(self) as painter:
            for column, left, width in places(self.width() - 2 * MARGIN):
                chosen = self._sort is column.sort or (column is DATE and self._sort is ClipSort.OLDEST)
                font = self._theme.font(SIZE.CAPTION, WEIGHT.STRONG if chosen else WEIGHT.MEDIUM)
                place = QRect(MARGIN + left, 0, width, _HEIGHT)
                ink = tokens.text if chosen else tokens.text3
                one_line(painter, place, RIGHT if column.is_number else LEFT, column.name, font, ink)
                if column is DATE and self._sort is ClipSort.OLDEST:
                    at = place.left() + text_width(font, column.name) + 12
                    draw_icon(painter, "chevron-down", QPointF(at, _HEIGHT / 2), ink, 12)
            painter.fillRect(MARGIN, _HEIGHT - 1, self.width() - 2 * MARGIN, 1, tokens.line)

    def _column_at(self, x: float) -> Column | None:
        placed = places(self.width() - 2 * MARGIN)
        return next((column for column, left, width in placed if 0 <= x - MARGIN - left <= width), None)
