"""The grid of clips and jobs: mouse and keyboard."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QCursor,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QWidget

from kling_desktop.ui.export.export_actions import Deed
from kling_desktop.ui.library.cards.card import ticks
from kling_desktop.ui.library.cards.hover_frames import HoverFrames
from kling_desktop.ui.library.grid.clip_drag import drag_clips
from kling_desktop.ui.library.grid.fast_scroll import FastScroll
from kling_desktop.ui.library.grid.grid_layout import AS_LIST, SIZES, USUAL_SIZE
from kling_desktop.ui.library.grid.grid_painter import GENERATE, GridPainter
from kling_desktop.ui.library.grid.hover_scrubber import HoverScrubber
from kling_desktop.ui.library.grid.review_keys import DEEDS, VERBS, pressed
from kling_desktop.ui.library.grid.selection import GridSelection
from kling_desktop.ui.library.grid.virtual_view import VirtualView
from kling_desktop.ui.library.model.library_model import LibraryModel
from kling_desktop.ui.qt.item_hover import ItemHover
from kling_desktop.ui.qt.tick_timer import TickTimer
from kling_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from kling_desktop.ui.library.grid.card_menu import CardMenu

MOST_COMPARED = 4
_NOTCH = 120


class LibraryGrid(VirtualView):
    """Shows a LibraryModel as cards of one of SIZES or as a list. A click or Enter opens a clip; the actions of a card
    are its buttons and its menu. The single keys are those of `review_keys`.

    Opening a card that is no clip shows its menu instead. Ctrl, Shift and a band drawn from between the cards select
    several; Enter then compares two to four clips. Ctrl with the wheel, + or − makes cards larger or smaller.
    """

    _size = USUAL_SIZE
    _is_list = False
    # Class attributes, since Qt asks for the layout before the instance is initialized.

    opened = Signal(str)
    """A job's ID: show its clip."""
    verb_chosen = Signal(str, str)
    """A job's ID and what to do with it: a verb of `cards`."""
    resized = Signal(int)
    """The user has chosen another of `SIZES`."""
    compared = Signal(object)
    """The IDs of the jobs whose clips to compare, in grid order."""
    culled = Signal(str, object)
    """What is to be done to clips, a deed of `cull_keys`, and their numbers."""
    elsewhere_asked = Signal(QPoint)
    """A menu was requested outside the cards, at that point of the screen."""
    looked_at = Signal()
    """Space: show or hide the quick look."""
    handed_on = Signal(object, str)
    """The numbers of the clips to export, in grid order, and the export action."""
    deleted_there = Signal(object)
    """The numbers of clips to delete at Leonardo."""

    def __init__(self, theme: Theme, model: LibraryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._library = model
        self._turned = 0
        self._held = Qt.KeyboardModifier.NoModifier
        self.frames = HoverFrames(theme.tokens, parent=self)
        self._painter = GridPainter(theme, self, model, self.frames)
        self._hover = ItemHover(self, self._painter.button_at, self._is_clip)
        self._scrubber = HoverScrubber(self, model, self.frames)
        self._fast_scroll = FastScroll(self)
        self._ticks = TickTimer(self, self._ticking_rows)
        self.setModel(model)
        self.selection = GridSelection(self, model)
        self.setAccessibleName("Clips")
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setMinimumWidth(232)
        self._hover.moved.connect(self._scrubber.follow)
        self._hover.clicked.connect(lambda index, verb: self._emit_verb(index.row(), verb))
        self.selection.restored.connect(self._hover.clear)
        self._fast_scroll.settled.connect(self._load_in_sight)
        for changed in (model.rowsInserted, model.rowsRemoved, model.modelReset, model.dataChanged):
            changed.connect(self._ticks.refresh)
        model.posters_loaded.connect(self._repaint_posters)
        self.clicked.connect(self._clicked)

    # What is shown

    def layout_options(self) -> tuple[int, Sequence[int]]:
        model = self.model()
        starts = model.section_rows if isinstance(model, LibraryModel) else ()
        return AS_LIST if self._is_list else SIZES[self._size], starts

    @property
    def size_chosen(self) -> int:
        """Which of `SIZES`."""
        return self._size

    @property
    def is_list(self) -> bool:
        return self._is_list

    @property
    def is_ticking(self) -> bool:
        """Whether a row in sight counts seconds."""
        return self._ticks.is_active

    def action_at(self, point: QPoint) -> str:
        """The action of the button at a point of the viewport; "" where there is none."""
        index = self.indexAt(point)
        return self._painter.button_at(index, point) if index.isValid() else ""

    def show_size(self, size: int, *, as_list: bool) -> None:
        """Show cards of that one of `SIZES`, or a list; the top or current item stays in sight."""
        if (size, as_list) == (self._size, self._is_list):
            return
        self._hover.clear()
        current = self.currentIndex()
        seen = self.viewport().rect().intersects(self.visualRect(current))
        row = current.row() if seen else self.rows_in(self.viewport().rect()).start
        self._size, self._is_list = size, as_list
        self._relayout()
        self.scrollTo(self._index(row), self.ScrollHint.PositionAtCenter if seen else self.ScrollHint.PositionAtTop)

    def show_next_step(self, sentence: str = "") -> None:
        """Say in the empty grid what leads to a first clip; by default that is Generate."""
        self._painter.next_step = sentence or GENERATE
        self.viewport().update()

    def reveal(self, job_id: str) -> None:
        """Make a job the current one and scroll to it."""
        index = self._library.index_of(job_id)
        self.setCurrentIndex(index)
        self.scrollTo(index)

    def repaint_all(self) -> None:
        """Paint every card anew, even those that haven't changed."""
        self._painter.clear_cache()
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self.viewport()) as painter:
            self._painter.paint(painter, event.rect(), self._hover, self._scrubber, self.selection)

    # What changes by itself

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self._library.is_scrolling_fast = self._fast_scroll.record(dy)
        self._ticks.refresh()
        if self.underMouse():
            self._hover.move(self.viewport().mapFromGlobal(QCursor.pos()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._ticks.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ticks.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._ticks.refresh()

    def _load_in_sight(self) -> None:
        """After a fast scroll: what flew by wasn't loaded."""
        self._library.is_scrolling_fast = False
        self._library.look_at(self.rows_in(self.viewport().rect()))

    def _ticking_rows(self) -> Iterator[int]:
        rows = range(0) if self._library.is_finished else self.rows_in(self.viewport().rect())
        return (row for row in rows if (job := self._library.unfinished(row)) and ticks(job))

    def _repaint_posters(self, paths: frozenset[str]) -> None:
        for row in self.rows_in(self.viewport().rect()):
            if self._library.poster_path(row) in paths:
                self.update(self._library.index(row))

    def larger(self, steps: int) -> None:
        """Make cards some steps larger, or smaller for less than 0; a list becomes cards."""
        size = max(0, min(self._size + steps, len(SIZES) - 1))
        if size != self._size or self._is_list:
            self.show_size(size, as_list=False)
            self.resized.emit(size)

    # Mouse and keyboard

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover.clear()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._hover.press(event):
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._hover.held_button:
            super().mouseMoveEvent(event)
        self._hover.move(event.position().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._hover.release(event):
            self._held = event.modifiers()
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if steps := _steps(event):
            self.larger(steps)
            return
        key = pressed(event)
        if event.matches(QKeySequence.StandardKey.Copy):
            self._hand_on(Deed.COPY_FILE)
        elif key in DEEDS:
            self._cull(DEEDS[key])
        elif key in VERBS and index.isValid():
            self._emit_verb(index.row(), VERBS[key])
        elif not plain or not index.isValid():
            super().keyPressEvent(event)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._can_compare():
            self._compare()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(index)
        elif event.key() == Qt.Key.Key_Space:
            self.looked_at.emit() if self._is_clip(index) else self._open(index)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            # A touchpad sends many small turns; one step is one notch of a mouse wheel.
            self._turned += event.angleDelta().y()
            steps, self._turned = int(self._turned / _NOTCH), self._turned - _NOTCH * int(self._turned / _NOTCH)
            if steps:
                self.larger(steps)
            event.accept()
        else:
            super().wheelEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if index.isValid():
            at = self.visualRect(index).center() if by_key else event.pos()
            several = len(self.selection.rows()) > 1 and self.selectionModel().isSelected(index)
            self._offer_for_several(at) if several else self._offer_verbs(index, at)
        else:
            self.elsewhere_asked.emit(event.globalPos())

    def startDrag(self, _supported: Qt.DropAction) -> None:
        index = self.currentIndex()
        rows = self.selection.rows() if self.selectionModel().isSelected(index) else [index.row()]
        jobs = [job for row in rows if row >= 0 and (job := self._library.job(row))]
        drag_clips(self, self._theme, jobs, self._library.poster(index.row()) if jobs else None)

    def _clicked(self, index: QModelIndex) -> None:
        if self._is_clip(index) and self._held == Qt.KeyboardModifier.NoModifier:
            self._open(index)

    # Acting on the selection

    def _can_compare(self) -> bool:
        rows = self.selection.rows()
        return 2 <= len(rows) <= MOST_COMPARED and all(self._is_clip(self._library.index(row)) for row in rows)

    def _compare(self) -> None:
        self.compared.emit(tuple(job.id for row in self.selection.rows() if (job := self._library.job(row))))

    def _cull(self, deed: str) -> None:
        """Apply it to the selected clips. Moving to the trash also removes selected jobs that have ended."""
        rows = self.selection.rows()
        numbers = self.selection.clip_numbers(rows)
        if deed == "bin":
            jobs = ((row, job) for row in rows if (job := self._library.unfinished(row)))
            for job in [job for row, job in jobs if self._library.card(row).offers("remove")]:
                self.verb_chosen.emit(job.id, "remove")
        if numbers or deed == "clear_rejects":
            self.culled.emit(deed, numbers)

    def _hand_on(self, deed: Deed) -> None:
        if numbers := self.selection.clip_numbers(self.selection.rows()):
            self.handed_on.emit(numbers, deed)

    def _open(self, index: QModelIndex) -> None:
        if self._is_clip(index):
            self._emit_verb(index.row(), "open")
        else:
            self._offer_verbs(index, self.visualRect(index).center())

    def _emit_verb(self, row: int, verb: str) -> None:
        if job := self._library.job(row):
            self._choose(job.id, verb)

    def _choose(self, job_id: str, verb: str) -> None:
        if verb == "open":
            self.opened.emit(job_id)
        else:
            self.verb_chosen.emit(job_id, verb)

    def _is_clip(self, index: QModelIndex) -> bool:
        return index.isValid() and self._library.is_clip(index.row())

    # Menus

    def _offer_for_several(self, at: QPoint) -> None:
        rows = self.selection.rows()
        menu = self._menu(rows)
        menu.offer_for_several(len(rows), can_compare=self._can_compare())
        menu.popup(self.viewport().mapToGlobal(at))

    def _offer_verbs(self, index: QModelIndex, at: QPoint) -> None:
        job, offered = self._library.job(index.row()), self._library.card(index.row()).menu
        if job is None or not offered:
            return
        menu = self._menu([index.row()])
        menu.verb_chosen.connect(lambda verb: self._choose(job.id, verb))
        if self._is_clip(index):
            self.setCurrentIndex(index)
            menu.offer_for_clip(offered)
        else:
            menu.offer_for_job(offered)
        menu.popup(self.viewport().mapToGlobal(at))

    def _menu(self, rows: Sequence[int]) -> "CardMenu":
        """An empty menu about those rows."""
        from kling_desktop.ui.library.grid.card_menu import CardMenu  # loaded with the first menu, not at start-up

        numbers = self.selection.clip_numbers(rows)
        menu = CardMenu(self, len(numbers))
        menu.compared.connect(self._compare)
        menu.culled.connect(self._cull)
        menu.handed_on.connect(lambda deed: self.handed_on.emit(numbers, deed))
        menu.deleted_there.connect(lambda: self.deleted_there.emit(numbers))
        return menu


def _steps(event: QKeyEvent) -> int:
    """How much larger a key makes the cards: Ctrl with + or −."""
    if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
        return 0
    steps: dict[int, int] = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1}
    return steps.get(event.key(), 0)
