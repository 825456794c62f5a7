"""Cards painted once and cached: a frame of a scroll is then little more than a copy of each."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import floor

from PySide6.QtCore import QPoint, QPointF, QRect, QSize
from PySide6.QtGui import QPainter, QPixmap

from kling_desktop.ui.theme import Tokens


class CardCache:
    """Caches the cards of clips at rest, on their background.

    What each was painted from is stored with it and compared, so that none can be out of date. budget: bytes of
    pictures kept, or twice what is in sight.
    """

    def __init__(self, budget: int = 6 * 2**20) -> None:
        self._budget = budget
        self._fit: tuple[QSize, float, Tokens] | None = None
        self._kept: OrderedDict[int, tuple[object, QPixmap]] = OrderedDict()
        self._most = 0

    def fit(self, size: QSize, ratio: float, tokens: Tokens, *, in_sight: int) -> None:
        """Set the size of cards in px, the screen's device pixel ratio and the colours; cached cards of another fit are
        dropped.
        """
        if self._fit != (size, ratio, tokens):
            self._fit = size, ratio, tokens
            self._kept.clear()
        pixels = size * ratio
        self._most = max(self._budget // (4 * pixels.width() * pixels.height()), 2 * in_sight)

    def clear(self) -> None:
        self._kept.clear()

    def paint(
        self,
        painter: QPainter,
        area: QRect,
        number: int,
        made_of: object,
        paint: Callable[[QPainter, QRect], None],
    ) -> None:
        """Copy the card of that number to `area`; paint it first unless it is cached and up to date."""
        kept = self._kept.get(number)
        if kept is None or kept[0] != made_of:
            kept = self._kept[number] = made_of, self._painted(paint)
        self._kept.move_to_end(number)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        painter.drawPixmap(area.topLeft(), kept[1])

    def _painted(self, paint: Callable[[QPainter, QRect], None]) -> QPixmap:
        assert self._fit is not None
        size, ratio, tokens = self._fit
        pixmap = QPixmap(size * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(tokens.bg)  # with a background of their own the letters are as smooth as outside the cache
        with QPainter(pixmap) as painter:
            paint(painter, QRect(QPoint(), size))
        return pixmap


@contextmanager
def on_whole_pixels(painter: QPainter, area: QRect) -> Iterator[None]:
    """Paint with `area` moved by less than a device pixel, so that it starts on one."""
    ratio = painter.device().devicePixelRatioF()
    if ratio.is_integer():
        yield
        return
    corner = painter.deviceTransform().map(QPointF(area.topLeft()))
    # A half is always rounded the same way, so that scrolled and freshly painted parts fit together.
    shift = (QPointF(floor(corner.x() + 0.5), floor(corner.y() + 0.5)) - corner) / ratio
    painter.translate(shift)
    yield
    painter.translate(-shift)
