"""An item view of equal cells, positioned by arithmetic: Qt's icon mode lays out every item again at each resize."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
)
from PySide6.QtGui import QMouseEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from kling_desktop.ui.library.grid.grid_layout import HEADING, SIZES, USUAL_SIZE, GridLayout

Index = QModelIndex | QPersistentModelIndex
RING_WIDTH = 4
"""The most that is drawn around a cell, px."""
_Move = QAbstractItemView.CursorAction
_Hint = QAbstractItemView.ScrollHint


class VirtualView(QAbstractItemView):
    """Positions items and moves between them by keyboard. Subclasses paint them."""

    _cells: tuple[tuple[int, int, int, Sequence[int]], GridLayout] | None = None
    # Of the class, since Qt asks for positions before the instance is initialized.

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QAbstractItemView.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.band = QRect()

    def setModel(self, model: QAbstractItemModel | None) -> None:
        super().setModel(model)
        if model is not None:
            for relaid in (model.rowsRemoved, model.modelReset):
                relaid.connect(self._relayout)
            model.rowsInserted.connect(lambda _parent, first, _last: self._make_room(first))

    @property
    def cells(self) -> GridLayout:
        """Where the cells are. Based on the outer width, so that nothing moves when the scroll bar appears."""
        # Qt asks before there is a model, and an exception in a Qt callback corrupts PySide's bookkeeping.
        model: QAbstractItemModel | None = self.model()
        arrangement = (self.width(), model.rowCount() if model else 0, *self.layout_options())
        if self._cells is None or self._cells[0] != arrangement:
            self._cells = arrangement, GridLayout(*arrangement)
        return self._cells[1]

    def layout_options(self) -> tuple[int, Sequence[int]]:
        """The minimum width of a cell and the first rows of sections, as GridLayout takes them."""
        return SIZES[USUAL_SIZE], ()

    def rows_in(self, area: QRect) -> range:
        """The rows that have something to paint in a part of the viewport."""
        top = self.verticalOffset()
        return self.cells.between(area.top() + top - RING_WIDTH, area.bottom() + top + RING_WIDTH)

    def visualRect(self, index: Index) -> QRect:
        return self.cells.rect(index.row()).translated(0, -self.verticalOffset()) if index.isValid() else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:
        row = self.cells.at(point + QPoint(0, self.verticalOffset()))
        return QModelIndex() if row is None else self._index(row)

    def scrollTo(self, index: Index, hint: _Hint = _Hint.EnsureVisible) -> None:
        if not index.isValid():
            return
        cell, bar, height = self.cells.rect(index.row()), self.verticalScrollBar(), self.viewport().height()
        if hint == _Hint.PositionAtTop or cell.top() - 4 < bar.value():
            # With its heading, if it is in the first line below one.
            is_first = index.row() - self.cells.section_of(index.row()).start < self.cells.columns
            bar.setValue(cell.top() - (HEADING + 4 if is_first else 4))
        elif hint == _Hint.PositionAtCenter:
            bar.setValue(cell.center().y() - height // 2)
        elif hint == _Hint.PositionAtBottom or cell.bottom() + 16 > bar.value() + height:
            bar.setValue(cell.bottom() + 16 - height)

    def moveCursor(self, action: _Move, _modifiers: Qt.KeyboardModifier) -> QModelIndex:
        cells, last = self.cells, self.model().rowCount() - 1
        current = self.currentIndex()
        if not current.isValid():
            return self._index(0)
        lines = max(1, self.viewport().height() // cells.step)
        row = current.row()
        match action:
            case _Move.MoveLeft | _Move.MovePrevious:
                row -= 1
            case _Move.MoveRight | _Move.MoveNext:
                row += 1
            case _Move.MoveUp:
                row = cells.above(row)
            case _Move.MoveDown:
                row = cells.below(row)
            case _Move.MovePageUp | _Move.MovePageDown:
                for _ in range(lines):
                    row = cells.above(row) if action == _Move.MovePageUp else cells.below(row)
            case _Move.MoveHome:
                row = 0
            case _Move.MoveEnd:
                row = last
        return self._index(max(0, min(row, last)))

    def dataChanged(self, first: Index, last: Index, _roles: Sequence[int] = ()) -> None:
        """Repaint those in sight; Qt would repaint everything for as few as two."""
        seen = self.rows_in(self.viewport().rect())
        rows = range(max(first.row(), seen.start), min(last.row() + 1, seen.stop))
        if len(rows):
            self.viewport().update(self.visualRect(self._index(rows[0])) if len(rows) == 1 else self.viewport().rect())

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def isIndexHidden(self, _index: Index) -> bool:
        return False

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Select all cells that a rubber band touches; otherwise those from one end of `rect` to the other, in order: a
        click, or an extension with Shift.
        """
        if self.state() == QAbstractItemView.State.DragSelectingState:
            self.band = rect.normalized()
            rows = [row for row in self.rows_in(self.band) if self.visualRect(self._index(row)).intersects(self.band)]
            self.viewport().update()
        else:
            ends = sorted(
                index.row() for at in (rect.topLeft(), rect.bottomRight()) if (index := self.indexAt(at)).isValid()
            )
            rows = list(range(ends[0], ends[-1] + 1)) if ends else []
        self.selectionModel().select(self.ranges(rows), command)

    def selectAll(self) -> None:
        """As one range: an index each for a hundred thousand items would take a second."""
        if last := self.model().rowCount():
            whole = QItemSelection(self._index(0), self._index(last - 1))
            self.selectionModel().select(whole, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def selected_rows(self) -> list[int]:
        """In ascending order."""
        ranges = self.selectionModel().selection()
        return sorted(row for one in ranges.toList() for row in range(one.top(), one.bottom() + 1))

    def ranges(self, rows: Iterable[int]) -> QItemSelection:
        """Those rows, given in ascending order, as few ranges."""
        selection = QItemSelection()
        first = before = None
        for row in rows:
            if first is None or before is None or row != before + 1:
                if first is not None and before is not None:
                    selection.select(self._index(first), self._index(before))
                first = row
            before = row
        if first is not None and before is not None:
            selection.select(self._index(first), self._index(before))
        return selection

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if not self.band.isNull():
            self.band = QRect()
            self.viewport().update()

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        region, seen = QRegion(), self.rows_in(self.viewport().rect())
        for one in selection.toList():
            for row in range(max(one.top(), seen.start), min(one.bottom() + 1, seen.stop)):
                place = self.visualRect(self._index(row))
                region += place.adjusted(-RING_WIDTH, -RING_WIDTH, RING_WIDTH, RING_WIDTH)
        return region

    def updateGeometries(self) -> None:
        super().updateGeometries()
        cells, bar, height = self.cells, self.verticalScrollBar(), self.viewport().height()
        bar.setRange(0, max(0, cells.content_height - height))
        bar.setPageStep(height)
        bar.setSingleStep(cells.step // 3)

    def scrollContentsBy(self, _dx: int, dy: int) -> None:
        self.viewport().scroll(0, dy)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._relayout()

    def keyboardSearch(self, search: str) -> None:
        """Letters are shortcuts; Qt's own search would read every prompt of the library at each key."""

    def _make_room(self, first: int) -> None:
        """Make room for new rows. If they are below everything in sight, nothing is repainted."""
        self.updateGeometries()
        if self.visualRect(self._index(first)).top() <= self.viewport().height() + HEADING:
            self.viewport().update()

    def _index(self, row: int) -> QModelIndex:
        return self.model().index(row, 0)

    def _relayout(self) -> None:
        self.updateGeometries()
        self.viewport().update()
