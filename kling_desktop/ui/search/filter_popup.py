"""The popup with all filters and the saved searches."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from kling_desktop.domain.library.clip_query import ClipQuery, SavedSearch
from kling_desktop.domain.library.filters import Filter, FilterChoices, filter_groups
from kling_desktop.ui.presets.popup import PresetPopup
from kling_desktop.ui.qt import widget_state
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import Button, Chip, label
from kling_desktop.ui.widgets.flow_layout import FlowLayout
from kling_desktop.ui.widgets.menu import Menu

_WIDTH = 576
_NAMES = 76
_LINE = 26
_FOOT = 34


class SavedSearchChip(Chip):
    """A saved search: a click runs it, Del or its menu removes it."""

    removal_requested = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.removal_requested.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = Menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Remove this search\tDel", self.removal_requested.emit)
        menu.popup(event.globalPos())


class FilterPopup(PresetPopup):
    """Emits `toggled(filter)`, `cleared()`, `chosen(SavedSearch)`, `save_requested(name)` and
    `removal_requested(SavedSearch)`; `show_query` shows what is set.
    """

    toggled = Signal(object)
    cleared = Signal()
    chosen = Signal(object)
    save_requested = Signal(str)
    removal_requested = Signal(object)

    def __init__(self, theme: Theme, box: QWidget, host: QWidget) -> None:
        super().__init__(theme, box, host)
        self.setAccessibleName("Filters")
        self._query = ClipQuery()
        self._saved: tuple[SavedSearch, ...] = ()
        self._known: FilterChoices | None = None
        self._chips: dict[Filter, Chip] = {}
        self._flows: list[FlowLayout] = []
        self._page = QWidget()
        self._page.setObjectName("page")
        self._rows = QGridLayout(self._page)
        self._rows.setContentsMargins(0, 0, SPACE.S, 0)
        self._rows.setHorizontalSpacing(SPACE.M)
        self._rows.setVerticalSpacing(SPACE.M)
        self._rows.setColumnStretch(1, 1)
        scroll = self._scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.viewport().setAutoFillBackground(False)
        scroll.setWidget(self._page)
        self._page.setAutoFillBackground(False)
        self._name = QLineEdit()
        self._name.setPlaceholderText("Save this search as…")
        self._name.setAccessibleName("Name for this search")
        self._name.setMaxLength(60)
        self._name.returnPressed.connect(self._keep)
        self._keep_button = Button(theme, "Save", tall=True)
        self._keep_button.clicked.connect(self._keep)
        self._clear = Button(theme, "Clear all", tall=True)
        self._clear.clicked.connect(self.cleared)
        for button in (self._keep_button, self._clear):
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE.S)
        foot.addWidget(self._name, 1)
        foot.addWidget(self._keep_button)
        foot.addWidget(self._clear)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.L, SPACE.L, SPACE.S, SPACE.L)
        column.setSpacing(SPACE.L)
        column.addWidget(scroll, 1)
        column.addLayout(foot)
        foot.setContentsMargins(0, 0, SPACE.S, 0)

    @property
    def chips(self) -> dict[Filter, Chip]:
        return self._chips

    def show_facets(self, known: FilterChoices, saved: Sequence[SavedSearch]) -> None:
        """Show the filters to choose from."""
        if (known, tuple(saved)) != (self._known, self._saved):
            self._known, self._saved = known, tuple(saved)
            self._build(known)
            if self.isVisible():
                self._fit()
        self.show_query(self._query)

    def show_query(self, query: ClipQuery) -> None:
        """Show which are on."""
        self._query = query
        for one, chip in self._chips.items():
            widget_state.show_checked(chip, query.is_set(one.kind, one.value))
        something = not query.matches_all
        for part in (self._name, self._keep_button, self._clear):
            part.setEnabled(something)

    def open_filters(self) -> None:
        """Size it to its content, and focus the first filter."""
        self.open_below(0)
        self._fit()
        first = next(iter(self._chips.values()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.PopupFocusReason)

    def _fit(self) -> None:
        self.ensurePolished()
        width = min(self._theme.px(_WIDTH), self._host.width() - 2 * SPACE.L)
        room = width - 2 * SPACE.L - 2 * SPACE.S - self._theme.px(_NAMES) - SPACE.M
        lines = [max(self._theme.px(_LINE), flow.heightForWidth(room)) + SPACE.M for flow in self._flows]
        most = self._host.height() - self.y() - SPACE.S
        corner = self._box.mapTo(self._host, QPoint(self._box.width(), 0)).x() - width
        height = min(most, sum(lines) - SPACE.M + 3 * SPACE.L + _FOOT)
        self.setGeometry(max(SPACE.L, corner), self.y(), width, height)

    def _build(self, known: FilterChoices) -> None:
        """Rebuild it; the focus stays on its filter."""
        focused = QApplication.focusWidget()
        held = next((one for one, chip in self._chips.items() if chip is focused), None)
        is_here = focused is not None and self._page.isAncestorOf(focused)
        items = [self._rows.takeAt(0) for _ in range(self._rows.count())]
        old = [widget for item in items if item and (widget := item.widget()) is not None]
        self._chips, self._flows = {}, []
        self._rows.setRowStretch(self._rows.rowCount() - 1, 0)
        at = 0
        if self._saved:
            self._row(at, "Saved", [self._saved_chip(one) for one in self._saved])
            at += 1
        for heading, filters in filter_groups(known):
            made = {one: Chip(self._theme, one.name) for one in filters}
            for one, chip in made.items():
                chip.clicked.connect(lambda _=False, one=one: self.toggled.emit(one))
            self._chips |= made
            self._row(at, heading, list(made.values()))
            at += 1
        self._rows.setRowStretch(at, 1)
        if is_here:
            kept = self._chips.get(held) if held else None
            (kept or next(iter(self._chips.values()))).setFocus(Qt.FocusReason.OtherFocusReason)
        for widget in old:
            widget.hide()
            widget.deleteLater()

    def _row(self, at: int, heading: str, chips: Sequence[Chip]) -> None:
        words = label(heading, "secondary")
        words.setFixedWidth(self._theme.px(_NAMES))
        words.setFixedHeight(self._theme.px(_LINE))
        self._rows.addWidget(words, at, 0, Qt.AlignmentFlag.AlignTop)
        held = QWidget()
        flow = FlowLayout(SPACE.S, held)
        self._flows.append(flow)
        for chip in chips:
            flow.addWidget(chip)
        self._rows.addWidget(held, at, 1)
        for part in (words, held):
            part.show()

    def _saved_chip(self, saved: SavedSearch) -> Chip:
        chip = SavedSearchChip(self._theme, saved.name)
        chip.setCheckable(False)
        chip.setToolTip("Run this search. Del removes it")
        chip.clicked.connect(partial(self.chosen.emit, saved))
        chip.removal_requested.connect(partial(self.removal_requested.emit, saved))
        return chip

    def _keep(self) -> None:
        name = self._name.text().strip()
        if name and not self._query.matches_all:
            self._name.clear()
            self.save_requested.emit(name)
