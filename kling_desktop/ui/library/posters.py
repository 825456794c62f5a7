"""Poster pictures, read, cropped and rounded off the UI thread, kept within bounds, ready to be painted as they are."""

from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage

from kling_desktop.media.picture import Picture
from kling_desktop.ui.theme import Tokens

if TYPE_CHECKING:
    from PIL import Image

_WAITING_AT_MOST: Final = 256


class Posters(QObject):
    """Answers with what is there at once and tells when more has come.

    budget: bytes of pictures kept, or twice what is in sight. Of a fast scroll's requests the oldest are dropped. Close
    it before the window goes.
    """

    came = Signal(str)
    """The path of a poster that `image` now answers."""
    _read = Signal(str, object)

    def __init__(self, tokens: Tokens, budget: int = 16 * 2**20, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shade = tokens.shade.alpha()
        self._budget = budget
        self._size = QSize(240, 165)
        self._ratio = 1.0
        self._captioned = True
        self._in_sight = 1
        self._kept: OrderedDict[str, QImage] = OrderedDict()
        self._asked: set[str] = set()
        self._waiting: list[str] = []
        self._is_closed = False
        # Pillow on plain threads: two threads that hand a path to Qt for the first time can lock each other in PySide.
        self._reader = ThreadPoolExecutor(2, "posters")
        self._read.connect(self._keep, Qt.ConnectionType.QueuedConnection)
        self._just_asked = 0
        # Once what asked is painted: a thread at work takes its turn at each of the painter's strokes.
        self._begin = QTimer(self, singleShot=True, interval=0)
        self._begin.timeout.connect(self._read_what_was_asked)

    def fit(self, size: QSize, ratio: float, *, in_sight: int = 1, captioned: bool = True) -> None:
        """Make pictures of `size` px for a screen of that device pixel ratio; those of another size are made anew.

        in_sight: so many are painted at once. captioned: dark at the foot, for words in light colours.
        """
        self._size, self._ratio, self._in_sight, self._captioned = size, ratio, in_sight, captioned

    def image(self, path: str, *, ask: bool = True) -> QImage | None:
        """The picture for `path`, a null one when it can't be read; None while it is being read.

        Its size may be that of an earlier `fit` until the new one has come. Without `ask`, only what is there.
        """
        kept = self._kept.get(path)
        if kept is not None:
            self._kept.move_to_end(path)
        if ask and (kept is None or not (kept.isNull() or kept.size() == self._size * self._ratio)):
            self._ask(path)
        return kept

    def close(self) -> None:
        """Drop what waits and end the reading: nothing more comes."""
        self._is_closed = True
        self._begin.stop()
        self._waiting.clear()
        self._reader.shutdown(wait=True, cancel_futures=True)

    def _ask(self, path: str) -> None:
        if path in self._asked or self._is_closed:
            return
        self._asked.add(path)
        self._waiting.append(path)
        if len(self._waiting) > _WAITING_AT_MOST:
            self._asked.discard(self._waiting.pop(0))
        self._just_asked += 1
        self._begin.start()

    def _read_what_was_asked(self) -> None:
        for _ in range(self._just_asked):
            self._reader.submit(self._read_latest)
        self._just_asked = 0

    def _read_latest(self) -> None:
        """On a reader's thread: what was asked for last, for that is what is in sight."""
        try:
            path = self._waiting.pop()
        except IndexError:
            return
        from kling_desktop.ui.library.faces import face  # Pillow is for the first poster to pay, not the start

        width, height = round(self._size.width() * self._ratio), round(self._size.height() * self._ratio)
        shade = self._shade if self._captioned else 0
        made = face(path, width, height, self._ratio, shade)
        self._read.emit(path, made and painted(made))

    def _keep(self, path: str, pixels: Picture | None) -> None:
        self._asked.discard(path)
        image = QImage() if pixels is None else as_image(pixels, self._ratio)
        self._kept[path] = image
        most = self._budget // round(self._size.width() * self._size.height() * 4 * self._ratio**2)
        while len(self._kept) > max(most, 2 * self._in_sight):
            self._kept.popitem(last=False)
        self.came.emit(path)


def painted(made: "Image.Image") -> Picture:
    """What `faces` made, as Qt paints it. For the thread that made it."""
    return Picture(made.width, made.height, 4 * made.width, made.tobytes("raw", "BGRA"), alpha=True)


def as_image(pixels: Picture, ratio: float) -> QImage:
    """The same, to be painted on a screen of that device pixel ratio."""
    form = QImage.Format.Format_ARGB32_Premultiplied
    image = QImage(pixels.data, pixels.width, pixels.height, pixels.stride, form).copy()
    image.setDevicePixelRatio(ratio)
    return image
