"""What is selected in the grid. It survives a reset of the model, since another query may show the same clips."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from kling_desktop.domain.library.clip_query import ClipQuery
from kling_desktop.ui.library.grid.virtual_view import VirtualView
from kling_desktop.ui.library.model.library_model import LibraryModel

_MOST_REMEMBERED = 500


@dataclass(frozen=True, slots=True)
class _Memory:
    """The selection of a query's list: the current row and its clip's number (-1 for none), and all clips selected."""

    query: ClipQuery
    row: int
    current: int
    clips: frozenset[int]


class GridSelection(QObject):
    """The cards that are selected, or else the current one."""

    changed = Signal(int)
    """How many are selected now."""
    restored = Signal()
    """The model was reset, and the selection is back."""

    def __init__(self, view: VirtualView, library: LibraryModel) -> None:
        super().__init__(view)
        self._view = view
        self._library = library
        self._memory = _Memory(library.query, -1, -1, frozenset())
        self._was_multiple = False
        view.selectionModel().selectionChanged.connect(self._emit_changed)
        library.modelAboutToBeReset.connect(self._remember)
        library.modelReset.connect(self._scroll_to_top)
        library.modelReset.connect(self._restore)
        library.completed.connect(self._restore_late)

    @property
    def count(self) -> int:
        """How many are selected."""
        ranges = self._view.selectionModel().selection()
        return sum(one.bottom() + 1 - one.top() for one in ranges.toList())

    @property
    def is_multiple(self) -> bool:
        return self._was_multiple

    def rows(self) -> list[int]:
        """The selected rows, or else the current one."""
        current = self._view.currentIndex()
        return self._view.selected_rows() or ([current.row()] if current.isValid() else [])

    def clip_numbers(self, rows: Sequence[int]) -> tuple[int, ...]:
        """The numbers of the clips among these rows."""
        return tuple(number for row in rows if (number := self._library.number(row)) is not None)

    def _emit_changed(self) -> None:
        count = self.count
        if (count > 1) != self._was_multiple:
            self._was_multiple = count > 1
            self._view.viewport().update()
        self.changed.emit(count)

    def _remember(self) -> None:
        if not self._library.is_whole and not self.rows():
            return  # the clips selected before may still be loading
        row, rows = self._view.currentIndex().row(), self._view.selected_rows()
        [current] = self._library.numbers_of([row]) if row >= 0 and self._library.number(row) is not None else [-1]
        clips = self._library.numbers_of(rows) if len(rows) <= _MOST_REMEMBERED else []
        self._memory = _Memory(self._library.query, row, current, frozenset(clips))

    def _scroll_to_top(self) -> None:
        """A new query is read from its beginning; a clip that is still selected then scrolls into view."""
        if self._memory.query != self._library.query:
            self._view.verticalScrollBar().setValue(0)

    def _restore(self) -> None:
        """Select the same clips where this list has them too; within one query, take the place of a clip that left."""
        memory, selection = self._memory, self._view.selectionModel()
        selection.select(self._view.ranges(self._library.rows_of(memory.clips)), selection.SelectionFlag.ClearAndSelect)
        rows = list(self._library.rows_of({memory.current}))
        if not rows and memory.row >= 0 and memory.query == self._library.query and self._library.rowCount():
            rows = [min(memory.row, self._library.rowCount() - 1)]
        for row in rows:
            selection.setCurrentIndex(self._library.index(row), selection.SelectionFlag.NoUpdate)
        self.restored.emit()
        self._emit_changed()  # a reset clears the selection without a signal

    def _restore_late(self) -> None:
        if not self.rows():
            self._restore()
