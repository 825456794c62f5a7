"""The library panel: search, sort order, view options, and the grid of clips and jobs."""

from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from kling_desktop.domain.jobs.actions import ACTIONS, ActionPlace, ActionRequest, menu_text, offered_at
from kling_desktop.domain.library.clip_query import ClipQuery, ClipSort
from kling_desktop.ui.library.grid.grid import LibraryGrid
from kling_desktop.ui.library.grid.grid_layout import SIZES, USUAL_SIZE
from kling_desktop.ui.library.grid.list_header import ListHeader
from kling_desktop.ui.library.model.library_model import LibraryModel
from kling_desktop.ui.library.sort_button import SortButton
from kling_desktop.ui.qt import widget_state
from kling_desktop.ui.search.search_bar import SearchBar
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import Button, IconButton
from kling_desktop.ui.widgets.icon_button import Trough
from kling_desktop.ui.widgets.menu import Menu

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from kling_desktop.ui.library.empty_library import EmptyLibrary
    from kling_desktop.ui.library.notes_popup import NotesPopup
    from kling_desktop.ui.library.quick_look import QuickLook

_ROOM_FOR_SLIDER = 900
_ROOM_FOR_VIEWS = 440
_WORDS_OF_EMPTY = 104
"""Twice the height of the empty library's text below the middle, px."""


class LibraryPanel(QWidget):
    """The search bar, sort and view options, and the grid; over it a quick look, or the notes popup."""

    action_requested = Signal(object)
    """An ActionRequest, from the grid, a quick look or the library's menu."""
    sort_requested = Signal(object)
    """The present query in another order."""
    quick_look_changed = Signal(bool)
    """The quick look was opened or closed."""
    notes_edited = Signal(object)
    """The NotesEdit of the notes popup."""
    check_requested = Signal()
    key_requested = Signal()
    import_requested = Signal()
    sandbox_requested = Signal()
    starter_requested = Signal(str)
    """The form should start with the starter preset of that ID."""

    def __init__(self, theme: Theme, model: LibraryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._library = model
        self.look: QuickLook | None = None
        self.begin: EmptyLibrary | None = None
        self._missing_key = ""
        self.prove: Callable[[Path], None] | None = None
        # The layout gives it its parent, so that Tab reaches it after what stands above.
        self.grid = LibraryGrid(theme, model)
        self.search = SearchBar(theme, self)
        self.grid.card_actions.requested.connect(self.action_requested)
        self.grid.quick_look_requested.connect(self._toggle_quick_look)
        self.grid.selectionModel().currentChanged.connect(lambda _now, _before: self._follow_look())
        for changed in (model.dataChanged, model.modelReset, model.rowsRemoved):
            changed.connect(self._follow_look)
        self.search.field.focus_left.connect(self.grid.setFocus)
        self.grid.size_changed.connect(self._show_appearance)
        self.sort_button = SortButton(theme)
        self.sort_button.chosen.connect(self._choose_order)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, len(SIZES) - 1)
        self.slider.setPageStep(1)
        theme.fit(self.slider, lambda slider: slider.setFixedSize(72, theme.px(32)))
        self.slider.setAccessibleName("Clip size")
        self.slider.setToolTip("Clip size (Ctrl++ and Ctrl+-, or Ctrl with the wheel)")
        self.slider.valueChanged.connect(lambda size: self.show_appearance(size, as_list=False))
        self.as_cards = IconButton(theme, "grid", "Show as grid", side=28, plain=True, checkable=True)
        self.as_list = IconButton(theme, "list", "Show as a list", side=28, plain=True, checkable=True)
        self.as_cards.clicked.connect(lambda: self.show_appearance(self.grid.size_chosen, as_list=False))
        self.as_list.clicked.connect(lambda: self.show_appearance(self.grid.size_chosen, as_list=True))
        head = QHBoxLayout()
        head.setContentsMargins(SPACE.L, SPACE.M, SPACE.L, SPACE.S)
        head.setSpacing(SPACE.S)
        head.addWidget(self.search, 1)
        self._views = Trough(theme, self.as_cards, self.as_list)
        for widget in (self.sort_button, self.slider, self._views):
            head.addWidget(widget)
        self._more = self._menu_button()
        head.addWidget(self._more)
        self._names = ListHeader(theme)
        self._names.sort_requested.connect(self._sort_by)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(head)
        rows.addWidget(self._names)
        rows.addWidget(self.grid, 1)
        model.modelReset.connect(self._show_order)
        self.show_appearance(USUAL_SIZE, as_list=False)
        self._show_all = Button(theme, "Show all clips", tall=True)
        self._show_all.clicked.connect(self._stop_finding)
        for changed in (model.modelReset, model.rowsInserted, model.rowsRemoved):
            changed.connect(self._show_way_on)
        below_words = QVBoxLayout(self.grid.viewport())
        below_words.addStretch()
        below_words.addSpacing(_WORDS_OF_EMPTY)
        below_words.addWidget(self._show_all, 0, Qt.AlignmentFlag.AlignHCenter)
        self._show_all.hide()
        below_words.addStretch()

    @cached_property
    def notes(self) -> "NotesPopup":
        """The popup, made when it is first asked for: the first paint does without."""
        from kling_desktop.ui.library.notes_popup import NotesPopup

        notes = NotesPopup(self._theme, self)
        notes.closed.connect(self.grid.setFocus)
        notes.notes_edited.connect(self.notes_edited)
        return notes

    def show_appearance(self, size: int, *, as_list: bool) -> None:
        """Show cards of that one of SIZES, or a list."""
        self.grid.show_size(max(0, min(size, len(SIZES) - 1)), as_list=as_list)
        self._show_appearance()

    @property
    def appearance(self) -> tuple[int, bool]:
        """(which of SIZES, whether as a list), to restore after a restart."""
        return self.grid.size_chosen, self.grid.is_list

    def show_key_missing(self, sentence: str) -> None:
        """Say that a key is missing, and offer ways to go on; "" when there is one."""
        self._missing_key = sentence
        self._show_way_on()
        if self.begin is not None:
            self.begin.show_key_missing(sentence)

    def shut(self) -> None:
        """Stop decoding. Call it before the panel is destroyed."""
        self.grid.frames.close()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._place_begin)  # once the grid has its size
        width = event.size().width()
        self.slider.setVisible(width >= self._theme.px(_ROOM_FOR_SLIDER))
        self._views.setVisible(width >= self._theme.px(_ROOM_FOR_VIEWS))

    def close_look(self) -> None:
        """Close the quick look."""
        look, self.look = self.look, None
        if look is not None:
            look.shut()
            look.hide()
            look.deleteLater()
            self.quick_look_changed.emit(False)

    def _menu_button(self) -> IconButton:
        """The menu of the library as a whole."""
        menu = Menu(self)
        menu.addAction("Select all\tCtrl+A", self.grid.selectAll)
        menu.addAction("Find clips\tCtrl+F", self.search.start)
        menu.addAction("Filters…\tCtrl+Shift+F", self.search.open_filters)
        for action in offered_at(ActionPlace.LIBRARY_MENU):
            spec = ACTIONS[action]
            menu.addAction(menu_text(spec.label, spec.key), partial(self.action_requested.emit, ActionRequest(action)))
        menu.addSeparator()
        menu.addAction("Check library…", self.check_requested.emit)
        menu.addAction("Import from your account…", self.import_requested.emit)
        self.grid.background_menu_requested.connect(menu.popup)
        button = IconButton(self._theme, "more", "The library", plain=True)
        button.clicked.connect(lambda: menu.open_below(button))
        return button

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), self._theme.tokens.bg)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.look is not None:
            self.close_look()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.close_look()

    def open_notes(self, numbers: "Sequence[int]", *, at_tags: bool) -> None:
        """Open the notes and tags of the clips of those numbers beside the current card."""
        clips = [clip for number in numbers if (clip := self._library.loaded_clip(number))]
        card = self.grid.visualRect(self.grid.currentIndex())
        card.moveTopLeft(self.grid.viewport().mapTo(self, card.topLeft()))
        self.notes.open_beside(card, numbers, clips, at_tags=at_tags)

    def _toggle_quick_look(self) -> None:
        if self.look is not None:
            self.close_look()
            return
        from kling_desktop.ui.library.quick_look import QuickLook  # loads the decoder, which not every start needs

        look = self.look = QuickLook(self._theme, self.grid, self.prove)
        look.close_requested.connect(self.close_look)
        look.action_requested.connect(self.action_requested)
        look.show()
        look.raise_()
        self.quick_look_changed.emit(True)
        self._follow_look()

    def _follow_look(self) -> None:
        """Show the current clip in the quick look as it is now; close it if there is none."""
        if self.look is None:
            return
        index = self.grid.currentIndex()
        clip = self._library.clip(index.row()) if index.isValid() else None
        if clip is not None:
            self.look.show_clip(clip)
        elif not index.isValid() or not self._library.is_clip(index.row()):
            self.close_look()

    def _show_way_on(self) -> None:
        """Offer a way out of a search without results, and ways to begin in an empty library."""
        is_empty, finds_all = not self._library.rowCount(), self._library.query.matches_all
        self._show_all.setVisible(is_empty and not finds_all)
        if is_empty and finds_all and self.begin is None and self.isVisible():
            from kling_desktop.ui.library.empty_library import EmptyLibrary  # most starts don't need it

            begin = self.begin = EmptyLibrary(self._theme, self)
            begin.follow_in_tab_order(self._more)
            begin.starter_requested.connect(self.starter_requested)
            begin.key_requested.connect(self.key_requested)
            begin.sandbox_requested.connect(self.sandbox_requested)
            begin.show_key_missing(self._missing_key)
            self._place_begin()
        if self.begin is not None:
            self.begin.setVisible(is_empty and finds_all)

    def _place_begin(self) -> None:
        if self.begin is not None:
            self.begin.setGeometry(self.grid.geometry())

    def _stop_finding(self) -> None:
        self.grid.setFocus()
        self.search.clear()

    def _show_appearance(self) -> None:
        size, as_list = self.appearance
        widget_state.show_value(self.slider, size)
        self.as_cards.setChecked(not as_list)
        self.as_list.setChecked(as_list)
        self._names.setVisible(as_list)
        if self.begin is not None and (layout := self.layout()) is not None:
            layout.activate()  # the grid has another place below the names
            self._place_begin()

    def _show_order(self) -> None:
        self.sort_button.show_query(self._library.query)
        self._names.show_sort(self._library.query.sort)

    def _sort_by(self, sort: ClipSort) -> None:
        if sort is not self._library.query.sort:
            self._choose_order(replace(self._library.query, sort=sort))

    def _choose_order(self, query: ClipQuery) -> None:
        self.search.show_sort(query)
        self.sort_requested.emit(query)
