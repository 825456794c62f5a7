"""The look of the grid: cards or rows painted, the one under the pointer lit and led along, clocks kept going."""

from collections.abc import Iterator, Sequence
from time import perf_counter

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QCursor, QHideEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from kling_desktop.ui.library.card_painter import CardPainter, Touch
from kling_desktop.ui.library.cards import ticks
from kling_desktop.ui.library.cell_view import CellView
from kling_desktop.ui.library.cells import AS_LIST, SIZES, USUAL_SIZE
from kling_desktop.ui.library.columns import POSTER
from kling_desktop.ui.library.model import LibraryModel
from kling_desktop.ui.library.row_painter import RowPainter
from kling_desktop.ui.library.scrubs import Scrubs
from kling_desktop.ui.theme import RADIUS, SIZE, Theme
from kling_desktop.ui.widgets.paint import CENTRE, box, one_line

_LOOK_AFTER_MS = 120
"""The pointer that only passes over a card decodes nothing."""
_FLIGHT = 3.0
"""px a millisecond: what moves so fast nobody reads, and to fetch it would hold up the next frame."""
_REST_MS = 16
_NONE_YET = "Your clips will appear here"
_GENERATE = "Write a prompt and press Generate."
_NOTHING_FOUND = ("Nothing found", "No clip answers all of this. Use fewer words, or Filters, Clear all.")


class PaintedGrid(CellView):
    """Shows a LibraryModel as cards of one of SIZES or as a list. The pointer on a clip leads along it. What the hand
    and the keys do is the subclass's matter.
    """

    _size = USUAL_SIZE
    _is_list = False
    _several = False

    chosen_changed = Signal(int)
    """How many are chosen now."""

    def __init__(self, theme: Theme, model: LibraryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._library = model
        self._painter = CardPainter(theme)
        self._rows = RowPainter(theme)
        self.scrubs = Scrubs(theme.tokens, parent=self)
        self.scrubs.came.connect(self._paint_scrub)
        self._along = 0.0
        self._next_step = _GENERATE
        self._look = QTimer(self, singleShot=True, interval=_LOOK_AFTER_MS)
        self._look.timeout.connect(self._look_along)
        self._scrolled_at = 0.0
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._come_to_rest)
        self._hovered = QPersistentModelIndex()
        self._hovered_verb = ""
        self._pressed_verb = ""
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self._repaint_ticking)
        self.setMouseTracking(True)
        self.setModel(model)
        for changed in (model.rowsInserted, model.rowsRemoved, model.modelReset, model.dataChanged):
            changed.connect(self._mind_the_clock)
        model.poster_came.connect(self._paint_poster)

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

    def show_next_step(self, sentence: str = "") -> None:
        """What leads to a first clip; by default that is Generate."""
        self._next_step = sentence or _GENERATE
        self.viewport().update()

    @property
    def ticking(self) -> bool:
        """Whether something in sight counts seconds."""
        return self._tick.isActive()

    def reveal(self, job_id: str) -> None:
        """Make a job the current one, in sight."""
        index = self._library.index_of(job_id)
        self.setCurrentIndex(index)
        self.scrollTo(index)

    @property
    def chosen_count(self) -> int:
        """How many are chosen."""
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
            in_sight = len(self.rows_in(self.viewport().rect()))
            pictured = QSize(*POSTER) if cells.is_list else size
            self._library.fit_posters(pictured, ratio, in_sight=in_sight, captioned=not cells.is_list)
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
            several=self._several,
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
        none_yet = self._library.query.finds_all
        said, next_step = (_NONE_YET, self._next_step) if none_yet else _NOTHING_FOUND
        one_line(painter, title, CENTRE, said, self._theme.font(SIZE.EMPTY), tokens.text)
        one_line(painter, hint, CENTRE, next_step, self._theme.font(SIZE.BASE), tokens.text2)

    # What lies under the pointer

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point_at(QPoint(-1, -1))

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

    def _under_pointer(self) -> QModelIndex:
        return self._library.index(self._hovered.row()) if self._hovered.isValid() else QModelIndex()

    def _is_clip(self, index: QModelIndex) -> bool:
        return index.isValid() and self._library.is_clip(index.row())

    # What changes by itself

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        now = perf_counter()
        if abs(dy) > _FLIGHT * 1000 * (now - self._scrolled_at):
            self._library.hurried = True
            self._rest.start()
        self._scrolled_at = now
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

    def _come_to_rest(self) -> None:
        """What flew by is in sight to stay: what there is to see of it is fetched by painting it."""
        self._library.hurried = False
        self.viewport().update()

    def _ticking_rows(self) -> Iterator[int]:
        rows = range(0) if self._library.is_finished else self.rows_in(self.viewport().rect())
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
