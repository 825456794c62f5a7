"""Decodes the frames of a filmstrip on a thread of their own."""

from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

from kling_desktop.media.errors import BadMedia, OperationCancelled
from kling_desktop.media.image.pixel_buffer import PixelBuffer
from kling_desktop.media.video.decoder import Decoder
from kling_desktop.ui.qt.main_thread import on_main_thread


class StripFrames:
    """Decodes `number` evenly spread frames of the video at `path`, each fitting `size` (width, height in px).

    made, a method of a QObject, is called with the position of each among them and its picture. A clip that can't be
    read has none; the stage says why. Call `shut` before it goes.
    """

    def __init__(
        self, path: Path, number: int, size: tuple[int, int], made: Callable[[int, PixelBuffer], None]
    ) -> None:
        self._made = on_main_thread(made)
        self._path = path
        self._number = number
        self._size = size
        self._gone = Event()
        Thread(target=self._make, name=f"thumbs {path.name}").start()

    def shut(self) -> None:
        """Stop decoding."""
        self._gone.set()

    def _make(self) -> None:
        try:
            with Decoder(self._path, self._gone.is_set, cache_bytes=0) as decoder:
                for nth in range(self._number):
                    middle = (2 * nth + 1) * decoder.count // (2 * self._number)
                    picture = decoder.frame(middle).to_pixel_buffer(self._size)
                    if self._gone.is_set():
                        return
                    self._made(nth, picture)
        except (OperationCancelled, BadMedia):
            return
