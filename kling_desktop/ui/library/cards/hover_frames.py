"""The frames of the clip under the pointer, decoded in the background and cached."""

from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage

from kling_desktop.media.image.pixel_buffer import PixelBuffer
from kling_desktop.ui.library.cards.poster_cache import as_image, painted
from kling_desktop.ui.theme import Tokens

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image

    from kling_desktop.media.video.decoder import Frame

NUMBER: Final = 20
"""Frames per clip: one step of the pointer on an ordinary card."""


class HoverFrames(QObject):
    """Loads the frames of one clip at a time. Close it before the window is destroyed.

    budget: bytes of pictures kept, for the clips hovered last. prove: called on the decoder's thread before a file is
    opened; raises BadMedia to prevent it.
    """

    frame_added = Signal(str)
    """The path of a clip for which `frame` has more to show."""
    _made = Signal(object, str, int, object)

    def __init__(self, tokens: Tokens, budget: int = 48 * 2**20, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shade = tokens.shade.alpha()
        self._budget = budget
        self._size, self._ratio = QSize(240, 165), 1.0
        self._frames: OrderedDict[str, dict[int, QImage]] = OrderedDict()
        self._path = ""
        self._gone = Event()
        self._decoder = ThreadPoolExecutor(1, "scrubs")
        self.prove: Callable[[Path], None] | None = None
        self._made.connect(self._keep, Qt.ConnectionType.QueuedConnection)

    def fit(self, size: QSize, ratio: float) -> None:
        """Set the size of frames in px and the screen's device pixel ratio. Frames of another size are dropped."""
        if (size, ratio) != (self._size, self._ratio):
            self.load("")
            self._frames.clear()
            self._size, self._ratio = size, ratio

    def load(self, path: str) -> None:
        """Load this clip's frames from now on; "" for none."""
        if path == self._path:
            return
        self._gone.set()
        self._path, self._gone = path, Event()
        if path in self._frames:
            self._frames.move_to_end(path)
        if path and len(self._frames.get(path, ())) < NUMBER:
            self._frames.setdefault(path, {})
            self._decoder.submit(self._make, self._gone, Path(path), self._size, self._ratio)

    def frame(self, path: str, along: float) -> QImage | None:
        """The nearest frame loaded for that position in the clip, 0 to 1; None while there is none."""
        if not (frames := self._frames.get(path)):
            return None
        wanted = along * NUMBER - 0.5
        return frames[min(frames, key=lambda nth: abs(nth - wanted))]

    def close(self) -> None:
        """Stop decoding; nothing is emitted afterwards."""
        self._gone.set()
        self._decoder.shutdown(wait=True, cancel_futures=True)

    def _make(self, gone: Event, path: Path, size: QSize, ratio: float) -> None:
        """On the decoder's thread."""
        if gone.is_set():
            return
        # The decoder is loaded with the first clip, not at start-up.
        from kling_desktop.media.errors import BadMedia, OperationCancelled
        from kling_desktop.media.video.decoder import Decoder
        from kling_desktop.ui.library.cards.poster_image import cropped_poster

        width, height = round(size.width() * ratio), round(size.height() * ratio)
        try:
            if self.prove:
                self.prove(path)
            with Decoder(path, gone.is_set, cache_bytes=0) as decoder:
                scale = max(width / decoder.size[0], height / decoder.size[1])
                area = (round(decoder.size[0] * scale) + 1, round(decoder.size[1] * scale) + 1)
                for nth in range(NUMBER):
                    frame = decoder.frame((2 * nth + 1) * decoder.count // (2 * NUMBER))
                    made = cropped_poster(_rgb(frame, area), width, height, ratio, self._shade)
                    self._made.emit(gone, str(path), nth, painted(made))
        except (OperationCancelled, BadMedia):
            return  # the viewer says what is wrong with it

    def _keep(self, gone: Event, path: str, nth: int, pixels: PixelBuffer) -> None:
        if gone is not self._gone or path not in self._frames:
            return  # of another size, or no longer hovered
        self._frames[path][nth] = as_image(pixels, self._ratio)
        most = self._budget / (self._size.width() * self._size.height() * 4 * self._ratio**2)
        while len(self._frames) > 1 and sum(map(len, self._frames.values())) > most:
            self._frames.popitem(last=False)
        self.frame_added.emit(path)


def _rgb(frame: "Frame", area: tuple[int, int]) -> "Image.Image":
    from PIL import Image

    picture = frame.to_pixel_buffer(area)
    size = (picture.width, picture.height)
    return Image.frombuffer("RGB", size, bytes(picture.data), "raw", "BGRX", picture.stride, 1)
