"""Where the cards are: equal cells under headings, so that every position is arithmetic, however many there are."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from PySide6.QtCore import QPoint, QRect

SIZES = (116, 148, 200, 268, 356, 480)
"""Minimum width of a card, px, from dense to large."""
USUAL_SIZE = 2
AS_LIST = 0
"""Instead of a minimum width: one full-width row each."""
GAP = 12
MARGIN = 16
# The panel's header is above; the ring of a focused card needs this much.
TOP = 4
HEADING = 32
ROW = 56
_ROW_GAP = 2
_LEAST_HEIGHT = 76


class GridLayout:
    """`count` cards in an area `area_width` px wide. Positions are px from the top left corner of the whole content.

    least_width: of a card, or AS_LIST. starts: the first card of each section with a heading, in order; empty without
    headings. Sections are found by bisection, so nothing walks all cards.
    """

    def __init__(
        self, area_width: int, count: int, least_width: int = SIZES[USUAL_SIZE], starts: Sequence[int] = ()
    ) -> None:
        self.count = count
        self.is_list = least_width == AS_LIST
        self._inside = max(1, area_width - 2 * MARGIN)
        self._gap = _ROW_GAP if self.is_list else GAP
        self.columns = 1 if self.is_list else max(1, (self._inside + GAP) // (least_width + GAP))
        self.width = max(1, (self._inside - (self.columns - 1) * GAP) // self.columns)
        self.height = ROW if self.is_list else max(_LEAST_HEIGHT, self.width * 11 // 16)
        self.step = self.height + self._gap
        """The height of a line, including the gap."""
        self._heading = HEADING if starts else 0
        self._starts = starts or ((0,) if count else ())
        tall = (
            self._heading + self._lines(section) * self.step + (GAP - self._gap) for section in range(len(self._starts))
        )
        # The top of each section, and the end of the last.
        self._tops = list(accumulate(tall, initial=TOP))

    @property
    def content_height(self) -> int:
        return self._tops[-1] - GAP + MARGIN if self.count else 0

    def rect(self, number: int) -> QRect:
        """The cell of card `number`, counted from 0."""
        section = bisect_right(self._starts, number) - 1
        line, column = divmod(number - self._starts[section], self.columns)
        top = self._tops[section] + self._heading + line * self.step
        return QRect(MARGIN + column * (self.width + GAP), top, self.width, self.height)

    def at(self, point: QPoint) -> int | None:
        """The card at a point; None between and beside cards."""
        if not self.count or not self._tops[0] <= point.y() < self._tops[-1]:
            return None
        section = bisect_right(self._tops, point.y()) - 1
        line = (point.y() - self._tops[section] - self._heading) // self.step
        column = (point.x() - MARGIN) // (self.width + GAP)
        number = self._starts[section] + line * self.columns + column
        if line < 0 or not 0 <= column < self.columns or not number < self._end(section):
            return None
        return number if self.rect(number).contains(point) else None

    def between(self, top: int, bottom: int) -> range:
        """The cards that touch the band from `top` to `bottom`."""
        if not self.count or bottom < self._tops[0] or top >= self._tops[-1]:
            return range(0)
        return range(self._first_on(max(top, self._tops[0])), self._first_on(bottom) + self._left_on(bottom))

    def headings(self, top: int, bottom: int) -> Iterator[tuple[int, QRect]]:
        """The sections, counted from 0, whose heading touches that band, with its area."""
        if not self._heading or not self.count:
            return
        section = bisect_right(self._tops, top - self._heading)
        while section < len(self._starts) and self._tops[section] <= bottom:
            yield section, QRect(MARGIN, self._tops[section], self._inside, self._heading)
            section += 1

    def above(self, number: int) -> int:
        """The card above: in the line before, or in the last line of the section before; itself at the top."""
        section, line, column = self._place(number)
        if line:
            return number - self.columns
        if not section:
            return number
        lines = self._lines(section - 1)
        return min(self._starts[section - 1] + (lines - 1) * self.columns + column, self._starts[section] - 1)

    def below(self, number: int) -> int:
        """The card below, or the end of a shorter line; itself at the bottom."""
        section, line, column = self._place(number)
        if line < self._lines(section) - 1:
            return min(number + self.columns, self._end(section) - 1)
        if section == len(self._starts) - 1:
            return number
        return min(self._end(section) + column, self._end(section + 1) - 1)

    def section_of(self, number: int) -> range:
        """All cards under the same heading as this one."""
        section = bisect_right(self._starts, number) - 1
        return range(self._starts[section], self._end(section))

    def _place(self, number: int) -> tuple[int, int, int]:
        section = bisect_right(self._starts, number) - 1
        return (section, *divmod(number - self._starts[section], self.columns))

    def _end(self, section: int) -> int:
        return self._starts[section + 1] if section + 1 < len(self._starts) else self.count

    def _lines(self, section: int) -> int:
        return -(-(self._end(section) - self._starts[section]) // self.columns)

    def _first_on(self, y: int) -> int:
        """The first card of the line at a height, or of the next line within the section."""
        section = min(bisect_right(self._tops, y) - 1, len(self._starts) - 1)
        line = min(max(0, (y - self._tops[section] - self._heading) // self.step), self._lines(section) - 1)
        return self._starts[section] + line * self.columns

    def _left_on(self, y: int) -> int:
        """How many cards that line has; 0 where only its heading is."""
        section = min(bisect_right(self._tops, y) - 1, len(self._starts) - 1)
        if y < self._tops[section] + self._heading:
            return 0
        return min(self.columns, self._end(section) - self._first_on(y))
