"""How the frames of a video are to be shown: upright, mirrored or not, and in the right shape."""

import struct
from dataclasses import dataclass
from fractions import Fraction

from av.sidedata.sidedata import SideData
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

from kling_desktop.media.image.pixel_buffer import fit_within

_SQUARE = Fraction(1)
_MAX_ASPECT = 8
"""A header may claim pixels of any shape. No camera's are wider or taller than that."""
_MATRIX = struct.Struct("=9i")
_ROTATIONS = {
    Image.Transpose.ROTATE_270: 90,
    Image.Transpose.ROTATE_180: 180,
    Image.Transpose.ROTATE_90: 270,
    Image.Transpose.TRANSPOSE: 90,
    Image.Transpose.TRANSVERSE: 270,
}


@dataclass(frozen=True, slots=True)
class Display:
    """How stored frames are shown.

    Attributes:
        transpose: What makes a frame upright; None if it is.
        pixel_aspect: The width of a stored pixel divided by its height.
    """

    transpose: Image.Transpose | None = None
    pixel_aspect: Fraction = _SQUARE

    @property
    def rotation(self) -> int:
        """Degrees clockwise (0, 90, 180 or 270) from the stored to the shown frame. Mirroring doesn't count."""
        return _ROTATIONS.get(self.transpose, 0) if self.transpose is not None else 0

    @property
    def is_sideways(self) -> bool:
        return self.rotation in (90, 270)

    def square_size(self, frame: VideoFrame) -> tuple[int, int]:
        """Return the size of a frame as stored, but with square pixels. Neither side shrinks."""
        width, height = frame.width, frame.height
        if self.pixel_aspect >= 1:
            return max(1, round(width * self.pixel_aspect)), height
        return width, max(1, round(height / self.pixel_aspect))

    def upright_size(self, frame: VideoFrame) -> tuple[int, int]:
        """Return a frame's width and height as shown."""
        width, height = self.square_size(frame)
        return (height, width) if self.is_sideways else (width, height)

    def stored_size(self, frame: VideoFrame, area: tuple[int, int] | None) -> tuple[int, int]:
        """Return the size of a frame that fits into `area` once it is upright, before it is made upright."""
        size = self.square_size(frame)
        return fit_within(size, (area[1], area[0]) if self.is_sideways else area) if area else size

    def make_upright(self, image: Image.Image) -> Image.Image:
        return image if self.transpose is None else image.transpose(self.transpose)


def read_display(frame: VideoFrame, stream: VideoStream) -> Display:
    """Return how the frames of a video are shown, from one of them."""
    aspect = stream.sample_aspect_ratio or stream.codec_context.sample_aspect_ratio or _SQUARE
    is_plausible = Fraction(1, _MAX_ASPECT) <= aspect <= _MAX_ASPECT
    return Display(_read_transpose(frame), Fraction(aspect) if is_plausible else _SQUARE)


def _read_transpose(frame: VideoFrame) -> Image.Transpose | None:
    """Return what the video's matrix does to a frame, to the nearest quarter turn."""
    data = frame.side_data.get("DISPLAYMATRIX")
    if not isinstance(data, SideData) or data.buffer_size < _MATRIX.size:
        return None
    a, b, _u, c, d, *_rest = _MATRIX.unpack_from(bytes(data))
    if abs(a) + abs(d) >= abs(b) + abs(c):
        straight = {
            (True, False): Image.Transpose.FLIP_LEFT_RIGHT,
            (False, True): Image.Transpose.FLIP_TOP_BOTTOM,
            (True, True): Image.Transpose.ROTATE_180,
        }
        return straight.get((a < 0, d < 0))
    sideways = {
        (False, True): Image.Transpose.ROTATE_270,
        (True, False): Image.Transpose.ROTATE_90,
        (False, False): Image.Transpose.TRANSPOSE,
        (True, True): Image.Transpose.TRANSVERSE,
    }
    return sideways[b < 0, c < 0]
