"""The grid by what is chosen in it: told as it changes, and kept over a reset, as the same clips may be shown again."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QItemSelection, QPoint, Signal
from PySide6.QtWidgets import QWidget

from kling_desktop.domain.library.clip_query import Query
from kling_desktop.ui.library.grid.hover import LitGrid
from kling_desktop.ui.library.model.library_model import LibraryModel
from kling_desktop.ui.theme import Theme

_REMEMBERED = 500


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was chosen in the list of a query: the row with the keyboard and its clip, -1 for none, and all others."""

    query: Query
    row: int
    current: int
    chosen: frozenset[int]


class ChosenGrid(LitGrid):
    """Chosen are the cards that are selected, or else the one with the keyboard. What is done to them is the subclass's
    matter.
    """

    chosen_changed = Signal(int)
    """How many are selected now."""

    def __init__(self, theme: Theme, model: LibraryModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, model, parent)
        self._kept = _Kept(model.query, -1, -1, frozenset())
        model.modelAboutToBeReset.connect(self._remember_chosen)
        model.modelReset.connect(self._begin_at_the_top)
        model.modelReset.connect(self._choose_again)
        model.completed.connect(self._choose_what_came)

    @property
    def chosen_count(self) -> int:
        """How many are selected."""
        return sum(one.bottom() + 1 - one.top() for one in self.selectionModel().selection().toList())

    def selectionChanged(self, chosen: QItemSelection, left: QItemSelection) -> None:
        super().selectionChanged(chosen, left)
        self._tell_chosen()

    def _tell_chosen(self) -> None:
        count = self.chosen_count
        if (count > 1) != self._several:
            self._several = count > 1
            self.viewport().update()
        self.chosen_changed.emit(count)

    def _chosen_rows(self) -> list[int]:
        current = [self.currentIndex().row()] if self.currentIndex().isValid() else []
        return self.selected_rows() or current

    def _clip_numbers(self, rows: Sequence[int]) -> tuple[int, ...]:
        return tuple(number for row in rows if (number := self._library.number(row)) is not None)

    # Over a reset

    def _remember_chosen(self) -> None:
        if not self._library.is_whole and not self._chosen_rows():
            return  # what was chosen in the list before may have been still to come
        row, rows = self.currentIndex().row(), self.selected_rows()
        [current] = self._library.numbers_of([row]) if row >= 0 and self._library.number(row) is not None else [-1]
        chosen = self._library.numbers_of(rows) if len(rows) <= _REMEMBERED else []
        self._kept = _Kept(self._library.query, row, current, frozenset(chosen))

    def _begin_at_the_top(self) -> None:
        """What answers another question is read from its beginning; a clip that is chosen still leads to its place."""
        if self._kept.query != self._library.query:
            self.verticalScrollBar().setValue(0)

    def _choose_again(self) -> None:
        """The same clips as before, where another list shows them too; of the same list, the place of one that left."""
        kept = self._kept
        self._point_at(QPoint(-1, -1))
        selection = self.selectionModel()
        selection.select(self._ranges(self._library.rows_of(kept.chosen)), selection.SelectionFlag.ClearAndSelect)
        rows = list(self._library.rows_of({kept.current}))
        if not rows and kept.row >= 0 and kept.query == self._library.query and self._library.rowCount():
            rows = [min(kept.row, self._library.rowCount() - 1)]
        for row in rows:
            selection.setCurrentIndex(self._index(row), selection.SelectionFlag.NoUpdate)
        self._tell_chosen()  # a reset takes the choice away without a word

    def _choose_what_came(self) -> None:
        if not self._chosen_rows():
            self._choose_again()
