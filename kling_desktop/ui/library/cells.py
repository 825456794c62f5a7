"""Where the cards lie: equal cells, so that every place is arithmetic, however many there are."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect

LEAST_WIDTH = 200
GAP = 12
MARGIN = 16
# The panel's header stands above; the ring of a focused card needs these.
TOP = 4


@dataclass(frozen=True, slots=True)
class Cells:
    """`count` cards in an area `area_width` px wide. Places are px from the top left corner of the whole content."""

    area_width: int
    count: int

    @property
    def columns(self) -> int:
        return max(1, (self._inside + GAP) // (LEAST_WIDTH + GAP))

    @property
    def width(self) -> int:
        return max(1, (self._inside - (self.columns - 1) * GAP) // self.columns)

    @property
    def height(self) -> int:
        return max(140, self.width * 11 // 16)

    @property
    def step(self) -> int:
        """From one line to the next."""
        return self.height + GAP

    @property
    def content_height(self) -> int:
        lines = -(-self.count // self.columns)
        return TOP + lines * self.step - GAP + MARGIN if lines else 0

    def rect(self, number: int) -> QRect:
        """The cell of card `number`, 0 first."""
        line, column = divmod(number, self.columns)
        return QRect(MARGIN + column * (self.width + GAP), TOP + line * self.step, self.width, self.height)

    def at(self, point: QPoint) -> int | None:
        """The card under a point; None between and beside them."""
        line, column = (point.y() - TOP) // self.step, (point.x() - MARGIN) // (self.width + GAP)
        number = line * self.columns + column
        if line < 0 or not 0 <= column < self.columns or not 0 <= number < self.count:
            return None
        return number if self.rect(number).contains(point) else None

    def between(self, top: int, bottom: int) -> range:
        """The cards that touch the band from `top` to `bottom`."""
        first = max(0, (top - TOP) // self.step) * self.columns
        last = ((bottom - TOP) // self.step + 1) * self.columns
        return range(min(first, self.count), max(0, min(last, self.count)))

    @property
    def _inside(self) -> int:
        return self.area_width - 2 * MARGIN
