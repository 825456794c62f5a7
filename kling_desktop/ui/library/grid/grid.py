"""The grid of clips and jobs: mouse and keyboard."""

from collections.abc import Iterator, Sequence
from time import perf_counter

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QCursor,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QWidget

from kling_desktop.domain.jobs.actions import (
    Action,
    Pane,
    key_bindings,
)
from kling_desktop.ui.library.cards.card import ticks
from kling_desktop.ui.library.cards.hover_frames import HoverFrames
from kling_desktop.ui.library.grid.grid_actions import GridActions
from kling_desktop.ui.library.grid.grid_layout import AS_LIST, SIZES, USUAL_SIZE
from kling_desktop.ui.library.grid.grid_painter import GridPainter
from kling_desktop.ui.library.grid.hover_scrubber import HoverScrubber
from kling_desktop.ui.library.grid.selection import GridSelection
from kling_desktop.ui.library.grid.virtual_view import VirtualView
from kling_desktop.ui.library.model.library_model import LibraryModel
from kling_desktop.ui.qt.item_hover import ItemHover
from kling_desktop.ui.qt.key_name import key_name
from kling_desktop.ui.qt.tick_timer import TickTimer
from kling_desktop.ui.theme import Theme

_FAST = 3.0
"""px per millisecond: nobody can read at that speed, and loading would delay the next frame."""
_STOOD_S = 0.1
"""After resting this long, a single jump, however far, counts as arrived."""
_REST_MS = 16


class FastScroll(QObject):
    """Emits `settled` when a fast scroll has stopped."""

    settled = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._moved_at = 0.0
        self._rest = QTimer(self, singleShot=True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self.settled)

    def record(self, distance: int) -> bool:
        """Whether the scroll is fast, having moved this many px since the last call."""
        now = perf_counter()
        took, self._moved_at = now - self._moved_at, now
        if took < _STOOD_S and abs(distance) > _FAST * 1000 * took:
            self._rest.start()
        return self._rest.isActive()


_NOTCH = 120
_KEYS = key_bindings(Pane.LIBRARY)


class LibraryGrid(VirtualView):
    """Shows a LibraryModel as cards of one of SIZES or as a list. A click or Enter opens a clip; the actions of a card
    are its buttons and its menu. The keys are those of `ACTIONS`.

    Opening a card that is no clip shows its menu instead. Ctrl, Shift and a band drawn from between the cards select
    several; Enter then compares two to four clips. Ctrl with the wheel, + or − makes cards larger or smaller.
    """

    _size = USUAL_SIZE
    _is_list = False
    # Class attributes, since Qt asks for the layout before the instance is initialized.

    size_changed = Signal(int)
    """The user has chosen another of `SIZES`."""
    background_menu_requested = Signal(QPoint)
    """A menu is wanted beside the cards, at that point of the screen."""
    quick_look_requested = Signal()
    """Space: a quick look at the current clip begins or ends."""

    def __init__(self, theme: Theme, model: LibraryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._library = model
        self._turned = 0
        self._held = Qt.KeyboardModifier.NoModifier
        self.frames = HoverFrames(theme.tokens, parent=self)
        self._painter = GridPainter(theme, self, model, self.frames)
        self._scrubber = HoverScrubber(self, model, self.frames)
        self._fast_scroll = FastScroll(self)
        self._ticks = TickTimer(self, self._ticking_rows)
        self.setModel(model)
        self.selection = GridSelection(self, model)
        self.card_actions = GridActions(self, model, self.selection)
        self._hover = ItemHover(self, self._painter.button_at, self.card_actions.is_clip)
        self.setAccessibleName("Clips")
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setMinimumWidth(232)
        self._hover.moved.connect(self._scrubber.follow)
        self._hover.clicked.connect(lambda index, action: self.card_actions.request_for_row(index.row(), action))
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

    def action_at(self, point: QPoint) -> Action | None:
        """The action of the button at a point of the viewport."""
        index = self.indexAt(point)
        return self._painter.button_at(index, point) if index.isValid() else None

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
            self.size_changed.emit(size)

    # Mouse and keyboard

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover.clear()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._hover.press(event):
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover.move(event.position().toPoint())
        if not self._hover.held_button:
            super().mouseMoveEvent(event)  # a whole drag may pass before it returns

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._hover.release(event):
            self._held = event.modifiers()
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index, key = self.currentIndex(), key_name(event)
        if steps := _steps(event):
            self.larger(steps)
        elif key == "Space" and index.isValid():
            self.quick_look_requested.emit() if self.card_actions.is_clip(index) else self.card_actions.open(index)
        elif key == "Enter" and index.isValid():
            self.card_actions.compare() if self.card_actions.can_compare() else self.card_actions.open(index)
        elif key in _KEYS and key != "Enter":
            for action, value in _KEYS[key]:
                self.card_actions.request_by_key(action, value)
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
            self.card_actions.open_selection_menu(at) if several else self.card_actions.open_card_menu(index, at)
        else:
            self.background_menu_requested.emit(event.globalPos())

    def startDrag(self, _supported: Qt.DropAction) -> None:
        self._hover.clear()  # the pointer goes on with the drag, and no event says when it has left
        index = self.currentIndex()
        rows = self.selection.rows() if self.selectionModel().isSelected(index) else [index.row()]
        jobs = [job for row in rows if row >= 0 and (job := self._library.job(row))]

        from kling_desktop.ui.library.grid.clip_drag import drag_clips  # loaded with the first drag

        drag_clips(self, self._theme, jobs, self._library.poster(index.row()) if jobs else None)

    def _clicked(self, index: QModelIndex) -> None:
        if self.card_actions.is_clip(index) and self._held == Qt.KeyboardModifier.NoModifier:
            self.card_actions.open(index)


def _steps(event: QKeyEvent) -> int:
    """How much larger a key makes the cards: Ctrl with + or −."""
    if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
        return 0
    steps: dict[int, int] = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1}
    return steps.get(event.key(), 0)
