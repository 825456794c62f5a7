"""Frames made smaller for sheets and moving pictures: scaled before their colours are changed, which is far quicker."""

from PIL import Image

from kling_desktop.media.video.decoder import Frame


def to_small_image(frame: Frame, area: tuple[int, int]) -> Image.Image:
    """The upright frame in RGB, scaled down to fit `area` (width, height in pixels)."""
    made = frame.to_pixel_buffer(area)
    return Image.frombuffer("RGB", (made.width, made.height), bytes(made.data), "raw", "BGRX", made.stride, 1)
