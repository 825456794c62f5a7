"""Converts decoded frames to upright pixels of the right size and colors."""

from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from PIL import Image

from kling_desktop.media.image.pixel_buffer import PixelBuffer
from kling_desktop.media.video.display import Display

# Without a color tag, players use the HD matrix from this height up and the older one below.
HD_HEIGHT = 720
_UNTAGGED, _BT709, _BT601 = 2, 1, 5

# Without accurate rounding, grays get a tint when scaled down a lot.
_SMOOTH = Interpolation.BICUBIC | Interpolation.ACCURATE_RND
_FAST = Interpolation.BICUBIC
_FULL_WIDTH = Interpolation.POINT | Interpolation.ACCURATE_RND
_EXACT = Interpolation.LANCZOS | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT


class FrameConverter:
    """Converts the frames of one video and caches the tables for that. For one thread at a time."""

    def __init__(self, display: Display) -> None:
        self._display = display
        self._scaler = VideoReformatter()
        self._color_converter = VideoReformatter()

    def to_pixel_buffer(self, frame: VideoFrame, area: tuple[int, int] | None) -> PixelBuffer:
        """Convert a frame for painting, scaled down to fit `area` if given."""
        # Scaling before converting the colors is faster than both at once, and keeps grays gray.
        small = self._scaler.reformat(frame, *self._display.stored_size(frame, area), interpolation=_SMOOTH, threads=1)
        bgra = self._to_bgra(small, frame, _FAST if _fills_whole_lines(small.width) else _FULL_WIDTH)
        plane = bgra.planes[0]
        if self._display.transpose is None:
            return PixelBuffer(bgra.width, bgra.height, plane.line_size, memoryview(plane))
        # Rotating moves four bytes at a time, so the wrong band names don't matter.
        size = (bgra.width, bgra.height)
        rotated = Image.frombuffer("RGBA", size, bytes(plane), "raw", "RGBA", plane.line_size, 1)
        rotated = self._display.make_upright(rotated)
        return PixelBuffer(rotated.width, rotated.height, rotated.width * 4, rotated.tobytes())

    def to_image(self, frame: VideoFrame, area: tuple[int, int] | None) -> Image.Image:
        """Convert a frame to RGB at the best quality, for image files, scaled down to fit `area` if given."""
        bgra = self._to_bgra(frame, frame, _EXACT)
        plane = bgra.planes[0]
        image = Image.frombuffer("RGB", (bgra.width, bgra.height), bytes(plane), "raw", "BGRX", plane.line_size, 1)
        size = self._display.stored_size(frame, area)
        if image.size != size:
            image = image.resize(size, Image.Resampling.LANCZOS)
        return self._display.make_upright(image)

    def _to_bgra(self, frame: VideoFrame, source: VideoFrame, interpolation: Interpolation) -> VideoFrame:
        matrix = int(source.colorspace)
        if matrix == _UNTAGGED:
            matrix = _BT709 if source.height >= HD_HEIGHT else _BT601
        return self._color_converter.reformat(
            frame, format="bgra", src_colorspace=matrix, interpolation=interpolation, threads=1
        )


def _fills_whole_lines(width: int) -> bool:
    """Whether the fast conversion to BGRA fills lines of that many pixels. It writes eight at a time and drops the
    last ones if the line, a multiple of 16 bytes, has no room for eight.
    """
    return width % 8 not in (1, 2, 3, 4)
