"""Cards that are painted once: a frame of a scroll then is little more than a copy of each."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import floor

from PySide6.QtCore import QPoint, QPointF, QRect, QSize
from PySide6.QtGui import QPainter, QPixmap

from kling_desktop.ui.theme import Tokens


class CardCache:
    """The cards of clips as they look while nobody touches them, on the ground they lie on.

    What each was made of is kept beside it and compared, so that none can be out of date. budget: bytes of pictures
    kept, or twice what is in sight.
    """

    def __init__(self, budget: int = 6 * 2**20) -> None:
        self._budget = budget
        self._fit: tuple[QSize, float, Tokens] | None = None
        self._kept: OrderedDict[int, tuple[object, QPixmap]] = OrderedDict()
        self._most = 0

    def fit(self, size: QSize, ratio: float, tokens: Tokens, *, in_sight: int) -> None:
        """How large they are, px, the screen's device pixel ratio and the colours. Those of another fit go."""
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
        """Copy the card of that number to `area`; first paint it, if it isn't there or was made of other things."""
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
        pixmap.fill(tokens.bg)  # with a ground of their own the letters are as smooth as beside a stamp
        with QPainter(pixmap) as painter:
            paint(painter, QRect(QPoint(), size))
        return pixmap


@contextmanager
def on_whole_pixels(painter: QPainter, area: QRect) -> Iterator[None]:
    """Paint with `area` moved by less than a pixel of the screen, so that it begins at one."""
    ratio = painter.device().devicePixelRatioF()
    if ratio.is_integer():
        yield
        return
    corner = painter.deviceTransform().map(QPointF(area.topLeft()))
    # A half always goes the same way, so that what is scrolled and what is painted beside it fit together.
    shift = (QPointF(floor(corner.x() + 0.5), floor(corner.y() + 0.5)) - corner) / ratio
    painter.translate(shift)
    yield
    painter.translate(-shift)
