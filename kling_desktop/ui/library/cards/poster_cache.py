"""Posters: read, cropped and rounded off the UI thread, cached, ready to paint."""

from collections import OrderedDict, deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage

from kling_desktop.media.image.pixel_buffer import PixelBuffer
from kling_desktop.ui.theme import Tokens

if TYPE_CHECKING:
    from PIL import Image

_READERS: Final = 2
_WAITING_AT_MOST: Final = 256
_TOGETHER_MS: Final = 16
"""One frame of the screen: repainting for each poster would take as long as reading the next one."""


class PosterCache(QObject):
    """Returns what is cached and emits `loaded` when there is more.

    budget: bytes of pictures kept, or twice what is in sight. During a fast scroll the oldest requests are dropped.
    Close it before the window is destroyed.
    """

    loaded = Signal(object)
    """The paths of posters (a frozenset) that `image` now returns."""
    _asked_for = Signal()
    _read = Signal()

    def __init__(self, tokens: Tokens, budget: int = 10 * 2**20, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shade = tokens.shade.alpha()
        self._budget = budget
        self._ratio = 1.0
        self._pixels = QSize(240, 165)
        self._captioned = True
        self._in_sight = 1
        self._kept: OrderedDict[str, QImage] = OrderedDict()
        self._asked: set[str] = set()
        self._waiting: list[str] = []
        self._made: deque[tuple[str, PixelBuffer | None]] = deque()
        self._news: set[str] = set()
        self._are_called = False
        self._is_closed = False
        # Pillow on plain threads: two threads that give Qt a path for the first time can deadlock in PySide.
        self._reader = ThreadPoolExecutor(_READERS, "posters")
        self._telling = QTimer(self, singleShot=True)
        self._telling.setInterval(_TOGETHER_MS)
        self._telling.timeout.connect(self._tell)
        # After the caller has painted: readers at work would delay that.
        self._asked_for.connect(self._send_readers, Qt.ConnectionType.QueuedConnection)
        self._read.connect(self._keep, Qt.ConnectionType.QueuedConnection)

    def fit(self, size: QSize, ratio: float, *, in_sight: int = 1, captioned: bool = True) -> None:
        """Set the size of posters in px and the screen's device pixel ratio; posters of another size are made again.

        in_sight: how many are painted at once. captioned: whether they are dark at the bottom, for a light caption.
        """
        self._pixels, self._ratio, self._in_sight, self._captioned = size * ratio, ratio, in_sight, captioned

    def image(self, path: str, *, ask: bool = True) -> QImage | None:
        """The poster at `path`, a null image when it can't be read; None while it loads.

        It may have an earlier size until the new one is ready. Without `ask`, only what is cached.
        """
        kept = self._kept.get(path)
        if kept is not None:
            self._kept.move_to_end(path)
        if ask and (kept is None or not (kept.isNull() or kept.size() == self._pixels)):
            self._ask(path)
        return kept

    @property
    def is_loading(self) -> bool:
        """Whether a poster is still to be read."""
        return bool(self._asked)

    def close(self) -> None:
        """Drop waiting requests and stop reading; nothing is emitted afterwards."""
        self._is_closed = True
        self._waiting.clear()
        self._telling.stop()
        self._reader.shutdown(wait=True, cancel_futures=True)

    def _ask(self, path: str) -> None:
        if path in self._asked or self._is_closed:
            return
        if not self._are_called:
            self._are_called = True
            self._asked_for.emit()
        self._asked.add(path)
        self._waiting.append(path)
        if len(self._waiting) > _WAITING_AT_MOST:
            self._asked.discard(self._waiting.pop(0))

    def _send_readers(self) -> None:
        self._are_called = False
        if not self._is_closed:
            for _ in range(_READERS):
                self._reader.submit(self._read_all)

    def _read_all(self) -> None:
        """On a reader's thread, until nothing waits: the latest request first, since that is what is in sight."""
        from kling_desktop.ui.library.cards.poster_image import (
            poster_image,  # Pillow is loaded with the first poster, not at start-up
        )

        while self._waiting:
            try:
                path = self._waiting.pop()
            except IndexError:  # the other reader was faster
                return
            pixels, shade = self._pixels, self._shade if self._captioned else 0
            made = poster_image(path, pixels.width(), pixels.height(), self._ratio, shade)
            self._made.append((path, painted(made) if made else None))
            self._read.emit()

    def _keep(self) -> None:
        """Keep everything that was read: while the window was busy it may be more than one."""
        while self._made:
            path, pixels = self._made.popleft()
            self._asked.discard(path)
            self._kept[path] = QImage() if pixels is None else as_image(pixels, self._ratio)
            self._news.add(path)
        most = self._budget // (4 * self._pixels.width() * self._pixels.height())
        while len(self._kept) > max(most, 2 * self._in_sight):
            self._kept.popitem(last=False)
        if not self._asked:
            self._tell()
        elif not self._telling.isActive():
            self._telling.start()

    def _tell(self) -> None:
        self._telling.stop()
        if self._news:
            news, self._news = frozenset(self._news), set()
            self.loaded.emit(news)


def painted(made: "Image.Image") -> PixelBuffer:
    """Pixels for Qt, made on the reader's thread."""
    return PixelBuffer(made.width, made.height, 4 * made.width, made.tobytes("raw", "BGRA"), has_alpha=True)


def as_image(pixels: PixelBuffer, ratio: float) -> QImage:
    """An image of these pixels for a screen of that device pixel ratio."""
    form = QImage.Format.Format_ARGB32_Premultiplied
    image = QImage(pixels.data, pixels.width, pixels.height, pixels.stride, form).copy()
    image.setDevicePixelRatio(ratio)
    return image
