"""The grid of clips and jobs: equal cells, painted, so that a library of any size scrolls alike."""

from collections.abc import Iterator, Sequence
from functools import partial

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
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
from PySide6.QtWidgets import QAbstractItemView, QMenu, QWidget

from kling_desktop.ui.handing.deeds import Deed, for_one, for_several
from kling_desktop.ui.library.card_painter import CardPainter, Touch
from kling_desktop.ui.library.cards import ticks
from kling_desktop.ui.library.cell_view import CellView
from kling_desktop.ui.library.cells import AS_LIST, SIZES, USUAL_SIZE
from kling_desktop.ui.library.clip_drag import drag_clips
from kling_desktop.ui.library.columns import POSTER
from kling_desktop.ui.library.cull_keys import DEEDS, RATINGS, VERBS, pressed
from kling_desktop.ui.library.model import LibraryModel
from kling_desktop.ui.library.row_painter import RowPainter
from kling_desktop.ui.library.scrubs import Scrubs
from kling_desktop.ui.theme import RADIUS, SIZE, Theme
from kling_desktop.ui.widgets.paint import CENTRE, box, one_line

MOST_COMPARED = 4
_LOOK_AFTER_MS = 120
"""The pointer that only passes over a card decodes nothing."""
_NOTCH = 120
_REMEMBERED = 500
_NONE_YET = ("Your clips will appear here", "Write a prompt and press Generate.")
_NOTHING_FOUND = ("Nothing found", "No clip answers all of this. Use fewer words, or Filters, Clear all.")
_DEEDS = (
    ("Pick", "pick"),
    ("Reject", "reject"),
    ("Notes…", "notes"),
    ("Tags…", "tags"),
    ("Move to the bin", "bin"),
    ("Bin all rejects shown", "clear_rejects"),
)


class Grid(CellView):
    """Shows a LibraryModel. A click or Enter opens a clip; the verbs of a card are its buttons and its menu. The single
    keys are those of `cull_keys`.

    Where a card that is no clip is opened, its menu comes up instead. Ctrl, Shift and a band drawn from between the
    cards choose several; Enter then compares them, if they are two to four clips. The pointer on a clip leads along it.
    Ctrl with the wheel, + or − makes cards larger or smaller.
    """

    _size = USUAL_SIZE
    _is_list = False

    opened = Signal(str)
    """A job's ID: show its clip."""
    verb_chosen = Signal(str, str)
    """A job's ID and what to do with it: a verb of `cards`."""
    resized = Signal(int)
    """The user has chosen another of `SIZES`."""
    compared = Signal(object)
    """The IDs of the jobs whose clips are to be shown together, in the order of the grid."""
    culled = Signal(str, object)
    """What is to be done to clips, a deed of `cull_keys`, and their numbers."""
    looked_at = Signal()
    """Space: a quick look at the current one, or no longer."""
    handed_on = Signal(object, str)
    """The numbers of the clips that are to be handed on, in the order of the grid, and the deed."""

    def __init__(self, theme: Theme, model: LibraryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._library = model
        self._painter = CardPainter(theme)
        self._rows = RowPainter(theme)
        self.scrubs = Scrubs(theme.tokens, parent=self)
        self.scrubs.came.connect(self._paint_scrub)
        self._along = 0.0
        self._look = QTimer(self, singleShot=True, interval=_LOOK_AFTER_MS)
        self._look.timeout.connect(self._look_along)
        self._turned = 0
        self._kept: tuple[int, frozenset[int]] = (-1, frozenset())
        self._hovered = QPersistentModelIndex()
        self._hovered_verb = ""
        self._pressed_verb = ""
        self._held = Qt.KeyboardModifier.NoModifier
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self._repaint_ticking)
        self.setAccessibleName("Clips")
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setMouseTracking(True)
        self.setMinimumWidth(232)
        self.setModel(model)
        for changed in (model.rowsInserted, model.rowsRemoved, model.modelReset, model.dataChanged):
            changed.connect(self._mind_the_clock)
        model.poster_came.connect(self._paint_poster)
        model.modelAboutToBeReset.connect(self._remember_chosen)
        model.modelReset.connect(self._choose_again)
        self.clicked.connect(self._clicked)

    def arrangement(self) -> tuple[int, Sequence[int]]:
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

    def show_size(self, size: int, *, as_list: bool) -> None:
        """Cards of that one of `SIZES`, or a list; what is at the top, or current, stays in sight."""
        if (size, as_list) == (self._size, self._is_list):
            return
        current = self.currentIndex()
        seen = self.viewport().rect().intersects(self.visualRect(current))
        row = current.row() if seen else self.rows_in(self.viewport().rect()).start
        self._size, self._is_list = size, as_list
        self._point_at(QPoint(-1, -1))
        self._relayout()
        self.scrollTo(self._index(row), self.ScrollHint.PositionAtCenter if seen else self.ScrollHint.PositionAtTop)

    def larger(self, steps: int) -> None:
        """Cards some steps larger, or smaller for less than 0; a list becomes cards."""
        size = max(0, min(self._size + steps, len(SIZES) - 1))
        if size != self._size or self._is_list:
            self.show_size(size, as_list=False)
            self.resized.emit(size)

    @property
    def ticking(self) -> bool:
        """Whether something in sight counts seconds."""
        return self._tick.isActive()

    def reveal(self, job_id: str) -> None:
        """Make a job the current one, in sight."""
        index = self._library.index_of(job_id)
        self.setCurrentIndex(index)
        self.scrollTo(index)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self.viewport()) as painter:
            painter.fillRect(event.rect(), self._theme.tokens.bg)
            if not self._library.rowCount():
                self._paint_empty(painter)
                return
            current = self.currentIndex() if self.hasFocus() else QModelIndex()
            cells = self.cells
            size, ratio = QSize(cells.width, cells.height), self.devicePixelRatioF()
            self._library.fit_posters(QSize(*POSTER) if cells.is_list else size, ratio, captioned=not cells.is_list)
            self.scrubs.fit(size, ratio)
            top = self.verticalOffset()
            for section, place in cells.headings(event.rect().top() + top, event.rect().bottom() + top):
                heading = self._library.heading(self._library.sections[section])
                self._painter.paint_heading(painter, place.translated(0, -top), heading)
            for row in self.rows_in(event.rect()):
                self._paint_card(painter, self._library.index(row), current)
            if not self.band.isNull():
                box(painter, self.band, RADIUS.TAG, self._theme.tokens.accent_soft, self._theme.tokens.accent)

    def _paint_card(self, painter: QPainter, index: QModelIndex, current: QModelIndex) -> None:
        hovered = index == self._hovered
        touch = Touch(
            selected=self.selectionModel().isSelected(index),
            focused=index == current,
            hovered=hovered,
            verb=self._hovered_verb if hovered else "",
            pressed=bool(self._pressed_verb),
        )
        row, area = index.row(), self.visualRect(index)
        card, is_clip = self._library.card(row), self._library.is_clip(row)
        if self._is_list:
            made = self._library.made(row)
            self._rows.paint(painter, area, card, self._library.poster(row), made, touch, clip=is_clip)
        elif is_clip:
            frame = self.scrubs.frame(self._library.file(row), self._along) if hovered else None
            along = None if frame is None else self._along
            self._painter.paint_clip(painter, area, card, frame or self._library.poster(row), touch, along)
        else:
            self._painter.paint_job(painter, area, card, touch)

    def _paint_empty(self, painter: QPainter) -> None:
        tokens, area = self._theme.tokens, self.viewport().rect()
        middle = area.center().y()
        title, hint = QRect(area), QRect(area)
        title.setTop(middle - 40)
        title.setHeight(28)
        hint.setTop(middle - 4)
        hint.setHeight(20)
        said, next_step = _NONE_YET if self._library.query.finds_all else _NOTHING_FOUND
        one_line(painter, title, CENTRE, said, self._theme.font(SIZE.EMPTY), tokens.text)
        one_line(painter, hint, CENTRE, next_step, self._theme.font(SIZE.BASE), tokens.text2)

    # The hand and the keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._point_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and self._hovered_verb:
            self._pressed_verb = self._hovered_verb
            self.setCurrentIndex(self._under_pointer())
            self.update(self._under_pointer())
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._pressed_verb:
            super().mouseMoveEvent(event)
        self._point_at(event.position().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._point_at(event.position().toPoint())
        verb, self._pressed_verb = self._pressed_verb, ""
        if not verb:
            self._held = event.modifiers()
            super().mouseReleaseEvent(event)
            return
        self.update(self.currentIndex())
        if verb == self._hovered_verb and self._hovered == self.currentIndex():
            self._emit_verb(self._hovered.row(), verb)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point_at(QPoint(-1, -1))

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
            # Of a touch pad many small turns come; a step is as far as a notch of a wheel.
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
            several = len(self._chosen_rows()) > 1 and self.selectionModel().isSelected(index)
            self._offer_for_several(at) if several else self._offer_verbs(index, at)

    def startDrag(self, _supported: Qt.DropAction) -> None:
        index = self.currentIndex()
        rows = self._chosen_rows() if self.selectionModel().isSelected(index) else [index.row()]
        jobs = [job for row in rows if row >= 0 and (job := self._library.job(row))]
        drag_clips(self, self._theme, jobs, self._library.poster(index.row()) if index.isValid() else None)

    def _clicked(self, index: QModelIndex) -> None:
        if self._is_clip(index) and self._held == Qt.KeyboardModifier.NoModifier:
            self._open(index)

    def _chosen_rows(self) -> list[int]:
        """Those that are selected, or else the one with the keyboard."""
        current = [self.currentIndex().row()] if self.currentIndex().isValid() else []
        return self.selected_rows() or current

    def _can_compare(self) -> bool:
        rows = self._chosen_rows()
        return 2 <= len(rows) <= MOST_COMPARED and all(self._is_clip(self._library.index(row)) for row in rows)

    def _compare(self) -> None:
        self.compared.emit(tuple(job.id for row in self._chosen_rows() if (job := self._library.job(row))))

    def _cull(self, deed: str) -> None:
        """Do that to the clips that are chosen; of jobs, those that ended leave the list when the others are binned."""
        rows = self._chosen_rows()
        numbers = tuple(number for row in rows if (number := self._library.number(row)) is not None)
        if deed == "bin":
            ended = [row for row in rows if self._library.card(row).offers("remove")]
            for job in [job for row in ended if (job := self._library.unfinished(row))]:
                self.verb_chosen.emit(job.id, "remove")
        if numbers or deed == "clear_rejects":
            self.culled.emit(deed, numbers)

    def _offer_for_several(self, at: QPoint) -> None:
        rows = self._chosen_rows()
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(f"Compare {len(rows)} takes\tReturn", self._compare).setEnabled(self._can_compare())
        self._offer_handing_on(menu, rows)
        self._offer_deeds(menu)
        menu.popup(self.viewport().mapToGlobal(at))

    def _offer_deeds(self, menu: QMenu) -> None:
        """What can be done to all that are chosen."""
        menu.addSeparator()
        rating = menu.addMenu("Rate")
        for key, deed in RATINGS.items():
            rating.addAction(f"{'★' * int(key) or 'No stars'}\t{key}", partial(self._cull, deed))
        for label, deed in _DEEDS:
            key = next(key for key, one in DEEDS.items() if one == deed)
            menu.addAction(f"{label}\t{key}", partial(self._cull, deed))

    def _open(self, index: QModelIndex) -> None:
        if self._is_clip(index):
            self._emit_verb(index.row(), "open")
        else:
            self._offer_verbs(index, self.visualRect(index).center())

    def _offer_verbs(self, index: QModelIndex, at: QPoint) -> None:
        job, offered = self._library.job(index.row()), self._library.card(index.row()).menu
        if job is None or not offered:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        keys = {verb: key for key, verb in VERBS.items()} | ({} if self._is_clip(index) else {"remove": "Del"})
        for label, verb in offered:
            key = f"\t{keys[verb]}" if verb in keys else ""
            menu.addAction(label + key, partial(self._choose, job.id, verb))
        if self._is_clip(index):
            self.setCurrentIndex(index)
            self._offer_handing_on(menu, [index.row()])
            self._offer_deeds(menu)
        menu.popup(self.viewport().mapToGlobal(at))

    def _offer_handing_on(self, menu: QMenu, rows: Sequence[int]) -> None:
        numbers = self._clip_numbers(rows)
        if not numbers:
            return
        inner = menu.addMenu("Hand on")
        for offer in for_several() if len(numbers) > 1 else for_one():
            words = offer.of_several.format(n=len(numbers)) if len(numbers) > 1 else offer.words
            key = f"\t{offer.key}" if offer.key else ""
            inner.addAction(words + key, partial(self.handed_on.emit, numbers, offer.deed))

    def _hand_on(self, deed: Deed) -> None:
        if numbers := self._clip_numbers(self._chosen_rows()):
            self.handed_on.emit(numbers, deed)

    def _clip_numbers(self, rows: Sequence[int]) -> tuple[int, ...]:
        return tuple(number for row in rows if (number := self._library.number(row)) is not None)

    def _emit_verb(self, row: int, verb: str) -> None:
        if job := self._library.job(row):
            self._choose(job.id, verb)

    def _choose(self, job_id: str, verb: str) -> None:
        if verb == "open":
            self.opened.emit(job_id)
        else:
            self.verb_chosen.emit(job_id, verb)

    def _point_at(self, point: QPoint) -> None:
        """Light up what lies under the pointer."""
        index = self.indexAt(point)
        self._lead_along(index, point)
        verb = ""
        if index.isValid():
            painter = self._rows if self._is_list else self._painter
            verb = painter.verb_at(self.visualRect(index), self._library.card(index.row()), point)
        if index == self._hovered and verb == self._hovered_verb:
            return
        self.update(self._under_pointer())
        self._hovered, self._hovered_verb = QPersistentModelIndex(index), verb
        self.update(index)
        acts = bool(verb) or self._is_clip(index)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if acts else Qt.CursorShape.ArrowCursor)

    def _lead_along(self, index: QModelIndex, point: QPoint) -> None:
        """The pointer is so far along that clip, or on none."""
        if not self._is_clip(index) or self._is_list:
            self._look.stop()
            self.scrubs.look_at("")
            return
        area = self.visualRect(index)
        self._along = (point.x() - area.left()) / area.width()
        if index == self._hovered:
            self.update(index)
        else:
            self.scrubs.look_at("")
            self._look.start()

    def _look_along(self) -> None:
        if self._hovered.isValid():
            self.scrubs.look_at(self._library.file(self._hovered.row()))

    def _paint_scrub(self, path: str) -> None:
        if self._hovered.isValid() and self._library.file(self._hovered.row()) == path:
            self.update(self._under_pointer())

    def _remember_chosen(self) -> None:
        current = self._library.numbers_of([row] if (row := self.currentIndex().row()) >= 0 else [])
        rows = self.selected_rows()
        chosen = self._library.numbers_of(rows) if len(rows) <= _REMEMBERED else []
        self._kept = (current[0] if current else -1, frozenset(chosen))

    def _choose_again(self) -> None:
        """The same clips as before, where another list shows them too."""
        current, chosen = self._kept
        self._point_at(QPoint(-1, -1))
        selection = self.selectionModel()
        selection.select(self._ranges(self._library.rows_of(chosen)), selection.SelectionFlag.ClearAndSelect)
        for row in self._library.rows_of({current}):
            selection.setCurrentIndex(self._index(row), selection.SelectionFlag.NoUpdate)

    def _under_pointer(self) -> QModelIndex:
        return self._library.index(self._hovered.row()) if self._hovered.isValid() else QModelIndex()

    def _is_clip(self, index: QModelIndex) -> bool:
        return index.isValid() and self._library.is_clip(index.row())

    # What changes by itself

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        if self.underMouse():
            self._point_at(self.viewport().mapFromGlobal(QCursor.pos()))
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

    def _ticking_rows(self) -> Iterator[int]:
        rows = self.rows_in(self.viewport().rect())
        return (row for row in rows if (job := self._library.unfinished(row)) and ticks(job))

    def _mind_the_clock(self) -> None:
        """Wake up by the second only while something in sight counts them."""
        wanted = self.isVisible() and any(True for _ in self._ticking_rows())
        if wanted != self._tick.isActive():
            self._tick.start() if wanted else self._tick.stop()

    def _paint_poster(self, path: str) -> None:
        for row in self.rows_in(self.viewport().rect()):
            if self._library.poster_path(row) == path:
                self.update(self._library.index(row))

    def _repaint_ticking(self) -> None:
        for row in self._ticking_rows():
            self.update(self._library.index(row))


def _steps(event: QKeyEvent) -> int:
    """How much larger a key makes the cards: Ctrl + and −."""
    if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
        return 0
    steps: dict[int, int] = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1}
    return steps.get(event.key(), 0)
