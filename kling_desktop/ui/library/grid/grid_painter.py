"""The look of the grid: cards or rows painted, what is in sight asked for."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPersistentModelIndex, QRect, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kling_desktop.ui.library.cards.card import NOT_YET
from kling_desktop.ui.library.cards.card_cache import Stamps, on_whole_pixels
from kling_desktop.ui.library.cards.card_painter import UNTOUCHED, CardPainter, Touch
from kling_desktop.ui.library.cards.columns import POSTER
from kling_desktop.ui.library.cards.hover_frames import Scrubs
from kling_desktop.ui.library.cards.row_painter import RowPainter
from kling_desktop.ui.library.grid.layout import AS_LIST, SIZES, USUAL_SIZE, Cells
from kling_desktop.ui.library.grid.virtual_view import CellView
from kling_desktop.ui.library.model.library_model import LibraryModel
from kling_desktop.ui.theme import RADIUS, SIZE, Theme
from kling_desktop.ui.widgets.paint import CENTRE, box, one_line

_NONE_YET = "Your clips will appear here"
_GENERATE = "Write a prompt and press Generate."
_NOTHING_FOUND = ("Nothing found", "No clip answers all of this. Use fewer words or filters.")


class PaintedGrid(CellView):
    """Shows a LibraryModel as cards of one of SIZES or as a list. What changes by itself, what the pointer lights up,
    what is chosen and what the hand and the keys do is the subclasses' matter.
    """

    _size = USUAL_SIZE
    _is_list = False
    _several = False

    def __init__(self, theme: Theme, model: LibraryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._library = model
        self._painter = CardPainter(theme)
        self._rows = RowPainter(theme)
        self._stamps = Stamps()
        self.scrubs = Scrubs(theme.tokens, parent=self)
        self._along = 0.0
        self._next_step = _GENERATE
        self._hovered = QPersistentModelIndex()
        self._hovered_verb = ""
        self._pressed_verb = ""
        self.setModel(model)

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
        self._relayout()
        self.scrollTo(self._index(row), self.ScrollHint.PositionAtCenter if seen else self.ScrollHint.PositionAtTop)

    def show_next_step(self, sentence: str = "") -> None:
        """What leads to a first clip; by default that is Generate."""
        self._next_step = sentence or _GENERATE
        self.viewport().update()

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
            cells, top = self.cells, self.verticalOffset()
            in_sight = self.rows_in(self.viewport().rect())
            self._fit(cells, in_sight)
            for section, place in cells.headings(event.rect().top() + top, event.rect().bottom() + top):
                heading = self._library.heading(self._library.sections[section])
                self._painter.paint_heading(painter, place.translated(0, -top), heading)
            touches, paint = self._touches(in_sight), self._paint_line if cells.is_list else self._paint_card
            for row in self.rows_in(event.rect()):
                area = cells.rect(row).translated(0, -top)
                with on_whole_pixels(painter, area):
                    paint(painter, area, row, touches.get(row, UNTOUCHED))
            if not self.band.isNull():
                box(painter, self.band, RADIUS.TAG, self._theme.tokens.accent_soft, self._theme.tokens.accent)

    def _fit(self, cells: Cells, in_sight: range) -> None:
        """Ask for what is in sight, in the size in which it is painted."""
        size, ratio = QSize(cells.width, cells.height), self.devicePixelRatioF()
        pictured = QSize(*POSTER) if cells.is_list else size
        self._library.fit_posters(pictured, ratio, in_sight=len(in_sight), captioned=not cells.is_list)
        self._library.look_at(in_sight)
        self._stamps.fit(size, ratio, self._theme.tokens, in_sight=len(in_sight))
        self.scrubs.fit(size, ratio)

    def _touches(self, in_sight: range) -> dict[int, Touch]:
        """The rows that are not as they are by themselves."""
        current, hovered = self.currentIndex().row() if self.hasFocus() else -1, self._hovered.row()
        chosen = {
            row
            for one in self.selectionModel().selection().toList()
            for row in range(max(one.top(), in_sight.start), min(one.bottom() + 1, in_sight.stop))
        }
        return {
            row: Touch(
                selected=row in chosen,
                focused=row == current,
                hovered=row == hovered,
                verb=self._hovered_verb if row == hovered else "",
                pressed=bool(self._pressed_verb),
                several=self._several,
            )
            for row in chosen | {hovered, current}
        }

    def _paint_line(self, painter: QPainter, area: QRect, row: int, touch: Touch) -> None:
        seen, made = self._library.seen(row), self._library.made(row)
        self._rows.paint(painter, area, seen.card, seen.poster, made, touch, clip=seen.is_clip)

    def _paint_card(self, painter: QPainter, area: QRect, row: int, touch: Touch) -> None:
        card, is_clip, number, poster, is_coming = self._library.seen(row)
        if not is_clip:
            self._painter.paint_job(painter, area, card, touch)
        elif touch.hovered:
            frame = self.scrubs.frame(self._library.file(row), self._along)
            along = None if frame is None else self._along
            self._painter.paint_clip(painter, area, card, frame or poster, touch, along)
        elif not (number or is_coming):
            self._painter.paint_clip(painter, area, card, poster, touch)
        else:
            if is_coming:
                number, card = 0, NOT_YET  # words that are gone in a moment would only flicker
            made_of = card, poster.cacheKey() if poster else None
            paint = partial(self._painter.paint_clip, card=card, poster=poster)
            self._stamps.print(painter, area, number, made_of, paint)
            if touch is not UNTOUCHED:
                self._painter.paint_outline(painter, area, touch)

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
