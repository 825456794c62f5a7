"""From a decoded frame to upright pixels of the right size and colours."""

from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from PIL import Image

from kling_desktop.media.image.pixel_buffer import PixelBuffer, fit_within

# Without a colour tag, players take the HD matrix from this height up and the older one below.
HD_HEIGHT = 720
_UNTAGGED, _BT709, _BT601 = 2, 1, 5

# Without accurate rounding, greys take on a tint when scaled down far.
_SMOOTH = Interpolation.BICUBIC | Interpolation.ACCURATE_RND
_FAST = Interpolation.BICUBIC
_FULL_WIDTH = Interpolation.POINT | Interpolation.ACCURATE_RND
_EXACT = Interpolation.LANCZOS | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
_TRANSPOSE = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}


def rotation_of(frame: VideoFrame) -> int:
    """By how many degrees (0, 90, 180 or 270) the frame must be turned clockwise to be shown upright."""
    return round(-frame.rotation / 90) % 4 * 90


def upright_size(frame: VideoFrame) -> tuple[int, int]:
    """Width and height of the frame once it is turned upright."""
    return (frame.height, frame.width) if rotation_of(frame) in (90, 270) else (frame.width, frame.height)


class FrameConverter:
    """Converts the frames of one video, keeping the tables that this takes. For one thread at a time."""

    def __init__(self) -> None:
        self._scaler = VideoReformatter()
        self._color_converter = VideoReformatter()

    def to_pixel_buffer(self, frame: VideoFrame, area: tuple[int, int] | None) -> PixelBuffer:
        """For painting; scaled down to fit `area` when given."""
        # Scaling before changing the colours is quicker than both at once, and keeps greys grey.
        small = self._scaler.reformat(frame, *_stored_size(frame, area), interpolation=_SMOOTH, threads=1)
        bgra = self._to_bgra(small, frame, _FAST if _fills_whole_lines(small.width) else _FULL_WIDTH)
        plane, turn = bgra.planes[0], rotation_of(frame)
        if not turn:
            return PixelBuffer(bgra.width, bgra.height, plane.line_size, memoryview(plane))
        # Turning moves four bytes at a time, so it doesn't matter that the bands are misnamed.
        size = (bgra.width, bgra.height)
        turned = Image.frombuffer("RGBA", size, bytes(plane), "raw", "RGBA", plane.line_size, 1)
        turned = turned.transpose(_TRANSPOSE[turn])
        return PixelBuffer(turned.width, turned.height, turned.width * 4, turned.tobytes())

    def to_image(self, frame: VideoFrame, area: tuple[int, int] | None) -> Image.Image:
        """For writing to a file: RGB, the best there is; scaled down to fit `area` when given."""
        bgra = self._to_bgra(frame, frame, _EXACT)
        plane, turn = bgra.planes[0], rotation_of(frame)
        image = Image.frombuffer("RGB", (bgra.width, bgra.height), bytes(plane), "raw", "BGRX", plane.line_size, 1)
        if area:
            image = image.resize(_stored_size(frame, area), Image.Resampling.LANCZOS)
        return image.transpose(_TRANSPOSE[turn]) if turn else image

    def _to_bgra(self, frame: VideoFrame, source: VideoFrame, how: Interpolation) -> VideoFrame:
        matrix = int(source.colorspace)
        if matrix == _UNTAGGED:
            matrix = _BT709 if source.height >= HD_HEIGHT else _BT601
        return self._color_converter.reformat(frame, format="bgra", src_colorspace=matrix, interpolation=how, threads=1)


def _fills_whole_lines(width: int) -> bool:
    """Whether the quick way to BGRA fills a line of that many pixels: it writes eight at a time and leaves out the last
    of them where the line, of whole 16 bytes, has no room for eight.
    """
    return width % 8 not in (1, 2, 3, 4)


def _stored_size(frame: VideoFrame, area: tuple[int, int] | None) -> tuple[int, int]:
    """The frame's size when fitted into `area`, before it is turned upright."""
    if not area:
        return frame.width, frame.height
    return fit_within((frame.width, frame.height), area if rotation_of(frame) in (0, 180) else (area[1], area[0]))
