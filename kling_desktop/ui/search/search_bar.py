"""The search bar: words, filters, saved searches."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from kling_desktop.domain.library.clip_query import ClipQuery, FilterKind, SavedSearch
from kling_desktop.domain.library.filters import QUICK_FILTERS, Filter, FilterChoices, active_filters
from kling_desktop.ui.search.filter_chips import FilterChips
from kling_desktop.ui.search.search_field import SearchField
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import Chip

if TYPE_CHECKING:
    from kling_desktop.ui.search.filter_popup import FilterPopup

_MINUTE_MS = 60_000


def _now() -> datetime:
    return datetime.now().astimezone()


class SearchBar(QWidget):
    """Holds the query. host: the widget that its popup opens over."""

    query_changed = Signal(object)
    """The ClipQuery."""
    save_requested = Signal(object)
    """The query as a SavedSearch."""
    removal_requested = Signal(object)
    """The SavedSearch to remove."""
    filters_requested = Signal()
    """The popup is about to open: a good moment to call `show_facets`."""

    def __init__(self, theme: Theme, host: QWidget, now: Callable[[], datetime] = _now) -> None:
        super().__init__(host)
        self._theme = theme
        self._host = host
        self._now = now
        self._query = ClipQuery()
        self._known = FilterChoices()
        self._saved: tuple[SavedSearch, ...] = ()
        # Stays in the row until it loses the focus: a chip that was switched off can be switched on again.
        self._in_row: tuple[Filter, ...] = ()
        self._midnight = QTimer(self)
        self._midnight.setInterval(_MINUTE_MS)
        self._midnight.timeout.connect(self.refresh_dates)
        self.field = SearchField(theme)
        self.row = FilterChips(theme)
        self.button = Chip(theme, "Filters", icon="filter")
        self.button.setToolTip("All filters and saved searches (Ctrl+Shift+F)")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE.S)
        line.addWidget(self.field, 2)
        line.addWidget(self.button)
        line.addWidget(self.row, 3)
        self.field.searched.connect(lambda words: self._ask(replace(self._query, text=words)))
        self.row.toggled.connect(self._toggle_in_row)
        self.button.clicked.connect(self._open_or_close)
        self._show()

    @cached_property
    def sheet(self) -> "FilterPopup":
        """The popup, made when it is first asked for: the first paint does without."""
        from kling_desktop.ui.search.filter_popup import FilterPopup

        sheet = FilterPopup(self._theme, self.button, self._host)
        sheet.toggled.connect(self._toggle)
        sheet.cleared.connect(self.clear)
        sheet.chosen.connect(self._choose)
        sheet.save_requested.connect(lambda name: self.save_requested.emit(SavedSearch(name, self._query)))
        sheet.removal_requested.connect(self.removal_requested)
        sheet.show_facets(self._known, self._saved)
        sheet.show_query(self._query)
        return sheet

    @property
    def query(self) -> ClipQuery:
        return self._query

    @property
    def facets(self) -> FilterChoices:
        return self._known

    def show_facets(self, known: FilterChoices) -> None:
        """What there is to filter by."""
        self._known = known
        self._show()
        self._show_in_sheet()

    def show_saved(self, saved: Sequence[SavedSearch]) -> None:
        """Show the saved searches."""
        self._saved = tuple(saved)
        self._show_in_sheet()

    def start(self) -> None:
        """Focus the field and select its text."""
        self.field.setFocus()
        self.field.selectAll()

    def open_filters(self) -> None:
        self.filters_requested.emit()
        self.sheet.show_facets(self._known, self._saved)
        self.sheet.open_filters()

    def clear(self) -> None:
        """Show all clips again, in the same order."""
        self._in_row = ()
        self._ask(ClipQuery(sort=self._query.sort, group=self._query.group))

    def search_for(self, words: str) -> None:
        self._ask(replace(self._query, text=words))

    def show_only(self, kind: FilterKind, value: object) -> None:
        """Show only the clips of one filter, in the same order."""
        self._in_row = ()
        self._ask(ClipQuery(sort=self._query.sort, group=self._query.group).toggle(kind, value))

    def show_sort(self, query: ClipQuery) -> None:
        """Show the sort order chosen elsewhere: it is part of the query."""
        self._ask(replace(self._query, sort=query.sort, group=query.group))

    def refresh_dates(self) -> None:
        """Query again where a filter counts from today and the day has changed."""
        self._ask(self._query)

    def _show_in_sheet(self) -> None:
        if "sheet" in self.__dict__:
            self.sheet.show_facets(self._known, self._saved)
            self.sheet.show_query(self._query)

    def _toggle(self, one: Filter) -> None:
        self._in_row = ()
        self._ask(self._query.toggle(one.kind, one.value))

    def _toggle_in_row(self, one: Filter) -> None:
        self._in_row = tuple(self.row.chips)
        self._ask(self._query.toggle(one.kind, one.value))

    def _choose(self, saved: SavedSearch) -> None:
        self._in_row = ()
        self.sheet.close_popup()
        self._ask(replace(saved.query, sort=self._query.sort, group=self._query.group))

    def _open_or_close(self) -> None:
        self._show()  # it is lit by the filters, not by the click
        if self.sheet.isVisible():
            self.sheet.close_popup()
        else:
            self.open_filters()

    def _ask(self, query: ClipQuery) -> None:
        query = query.with_period_bounds(self._now())
        changed, self._query = query != self._query, query
        # Every minute: a timer for midnight would be late by as long as the computer sleeps.
        if bool(query.period) != self._midnight.isActive():
            self._midnight.start() if query.period else self._midnight.stop()
        self._show()
        if changed:
            self.query_changed.emit(query)

    def _show(self) -> None:
        chosen = active_filters(self._query, self._known)
        quick = {(one.kind, one.value) for one in QUICK_FILTERS}
        others = tuple(one for one in chosen if (one.kind, one.value) not in quick)
        row = self._in_row if self._in_row and set(others) <= set(self._in_row) else (*others, *QUICK_FILTERS)
        on = [one for one in row if self._query.is_set(one.kind, one.value)]
        self.row.show_filters(row, on)
        for one, next_one in pairwise((self.field, *self.row.chips.values())):
            self.setTabOrder(one, next_one)
        self.field.show_text(self._query.text)
        self.button.setText(f"Filters · {len(chosen)}" if chosen else "Filters")
        self.button.setChecked(bool(chosen))
        self.button.updateGeometry()
        self._show_in_sheet()
