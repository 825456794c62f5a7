"""How the grid looks: it paints cards or rows, and asks the model for what is in sight."""

from functools import partial

from PySide6.QtCore import QModelIndex, QPoint, QRect, QSize
from PySide6.QtGui import QPainter

from kling_desktop.domain.jobs.actions import Action
from kling_desktop.ui.library.cards.card import LOADING
from kling_desktop.ui.library.cards.card_cache import CardCache, on_whole_pixels
from kling_desktop.ui.library.cards.card_painter import AT_REST, CardPainter, CardState
from kling_desktop.ui.library.cards.columns import POSTER
from kling_desktop.ui.library.cards.hover_frames import HoverFrames
from kling_desktop.ui.library.cards.row_painter import ListRowPainter
from kling_desktop.ui.library.grid.grid_layout import GridLayout
from kling_desktop.ui.library.grid.hover_scrubber import HoverScrubber
from kling_desktop.ui.library.grid.selection import GridSelection
from kling_desktop.ui.library.grid.virtual_view import VirtualView
from kling_desktop.ui.library.model.library_model import LibraryModel
from kling_desktop.ui.qt.item_hover import ItemHover
from kling_desktop.ui.theme import RADIUS, SIZE, Theme
from kling_desktop.ui.widgets.paint import CENTRE, box, one_line

NO_MATCH = ("No clips match", "Try fewer words or filters.")


class GridPainter:
    """Paints the viewport of a grid."""

    def __init__(self, theme: Theme, view: VirtualView, library: LibraryModel, frames: HoverFrames) -> None:
        self._theme = theme
        self._view = view
        self._library = library
        self._frames = frames
        self._cards = CardPainter(theme)
        self._rows = ListRowPainter(theme)
        self._cache = CardCache()
        """What leads to a first clip."""

    def button_at(self, index: QModelIndex, point: QPoint) -> Action | None:
        """The action of the button at a point of the viewport, of an item there."""
        painter = self._rows if self._view.cells.is_list else self._cards
        return painter.button_at(self._view.visualRect(index), self._library.card(index.row()), point)

    def paint(
        self, painter: QPainter, dirty: QRect, hover: ItemHover, scrubber: HoverScrubber, selection: GridSelection
    ) -> None:
        """Paint the part of the viewport that is `dirty`."""
        tokens = self._theme.tokens
        painter.fillRect(dirty, tokens.bg)
        if not self._library.rowCount():
            self._paint_empty(painter)
            return
        cells, top = self._view.cells, self._view.verticalOffset()
        in_sight = self._view.rows_in(self._view.viewport().rect())
        self._fit(cells, in_sight)
        for section, place in cells.headings(dirty.top() + top, dirty.bottom() + top):
            heading = self._library.heading(self._library.sections[section])
            self._cards.paint_heading(painter, place.translated(0, -top), heading)
        touches = self._touches(in_sight, hover, selection)
        for row in self._view.rows_in(dirty):
            area, touch = cells.rect(row).translated(0, -top), touches.get(row, AT_REST)
            with on_whole_pixels(painter, area):
                if cells.is_list:
                    self._paint_row(painter, area, row, touch)
                else:
                    self._paint_card(painter, area, row, touch, scrubber)
        if not self._view.band.isNull():
            box(painter, self._view.band, RADIUS.TAG, tokens.accent_soft, tokens.accent)

    def clear_cache(self) -> None:
        """Drop all cached cards."""
        self._cache.clear()

    def _fit(self, cells: GridLayout, in_sight: range) -> None:
        """Ask for what is in sight, in the size in which it is painted."""
        size, ratio = QSize(cells.width, cells.height), self._view.devicePixelRatioF()
        poster = QSize(*POSTER) if cells.is_list else size
        self._library.fit_posters(poster, ratio, in_sight=len(in_sight), captioned=not cells.is_list)
        self._library.look_at(in_sight)
        self._cache.fit(size, ratio, self._theme.tokens, in_sight=len(in_sight))
        self._frames.fit(size, ratio)

    def _touches(self, in_sight: range, hover: ItemHover, selection: GridSelection) -> dict[int, CardState]:
        """The rows that are hovered, selected or current."""
        current = self._view.currentIndex().row() if self._view.hasFocus() else -1
        selected = {
            row
            for one in self._view.selectionModel().selection().toList()
            for row in range(max(one.top(), in_sight.start), min(one.bottom() + 1, in_sight.stop))
        }
        return {
            row: CardState(
                selected=row in selected,
                focused=row == current,
                hovered=row == hover.row,
                button=hover.button if row == hover.row else None,
                pressed=hover.held_button is not None,
                several=selection.is_multiple,
            )
            for row in selected | {hover.row, current}
        }

    def _paint_row(self, painter: QPainter, area: QRect, row: int, touch: CardState) -> None:
        seen, made = self._library.row_view(row), self._library.created_text(row)
        self._rows.paint(painter, area, seen.card, seen.poster, made, touch, clip=seen.is_clip)

    def _paint_card(self, painter: QPainter, area: QRect, row: int, touch: CardState, scrubber: HoverScrubber) -> None:
        card, is_clip, number, poster, is_coming = self._library.row_view(row)
        if not is_clip:
            self._cards.paint_job(painter, area, card, touch)
        elif touch.hovered:
            frame = scrubber.frame(row)
            fraction = None if frame is None else scrubber.fraction
            self._cards.paint_clip(painter, area, card, frame or poster, touch, fraction)
        elif not (number or is_coming):
            self._cards.paint_clip(painter, area, card, poster, touch)
        else:
            if is_coming:
                number, card = 0, LOADING  # a caption that is gone in a moment would only flicker
            made_of = card, poster.cacheKey() if poster else None
            paint = partial(self._cards.paint_clip, card=card, poster=poster)
            self._cache.paint(painter, area, number, made_of, paint)
            if touch is not AT_REST:
                self._cards.paint_outline(painter, area, touch)

    def _paint_empty(self, painter: QPainter) -> None:
        tokens, area = self._theme.tokens, self._view.viewport().rect()
        middle = area.center().y()
        title, hint = QRect(area), QRect(area)
        title.setTop(middle - 40)
        title.setHeight(28)
        hint.setTop(middle - 4)
        hint.setHeight(20)
        if self._library.query.matches_all:
            return  # the ways to begin lie over it
        heading, next_step = NO_MATCH
        one_line(painter, title, CENTRE, heading, self._theme.font(SIZE.EMPTY), tokens.text)
        one_line(painter, hint, CENTRE, next_step, self._theme.font(SIZE.BASE), tokens.text2)
