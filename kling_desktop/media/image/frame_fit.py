"""Make a frame of the video's shape out of a picture of another: the file that is sent, and that the form shows."""

import hashlib
import io
import os
from pathlib import Path

from PIL import Image, ImageFilter

from kling_desktop.atomic_file import atomic_path
from kling_desktop.domain.request.frame_fit import Fit, FittedFrame, fit_frame
from kling_desktop.domain.request.models import Size
from kling_desktop.media.file_type import read_error
from kling_desktop.media.image.color_profile import to_8_bits
from kling_desktop.media.image.validation import open_image

# The picture behind a padded one is blurred at this fraction of its size: quick, and soft enough.
_BACKGROUND_SCALE = 24
_BLUR = 2.5
_QUALITY = 95


def fitted_folder(path: Path) -> Path:
    """The folder for what is made of the app's own copy at `path`."""
    return path.parent / "fitted"


def fit_image(path: Path, video: Size, fit: Fit, folder: Path) -> Path:
    """The picture at `path` in the shape of `video`, as a file in `folder` that is made once for each content.

    Cropped in the middle, or padded with itself, enlarged and blurred; where it is see-through the padding is too.
    BadMedia when it can't be read; OSError when `folder` can't be written to. Not for the thread that paints.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise read_error(path.name, error) from error
    name = f"{hashlib.sha256(content).hexdigest()}-{fit}-{video.width}x{video.height}"
    for kept in (folder / f"{name}.jpg", folder / f"{name}.png"):
        if kept.is_file():
            os.utime(kept)  # wanted again: nobody is to clear it away meanwhile
            return kept
    with open_image(io.BytesIO(content), path.name) as picture:
        plain = to_8_bits(picture)
    frame = _compose_frame(plain, fit_frame(Size(*plain.size), video, fit))
    glass = frame.mode == "RGBA"
    made = folder / f"{name}.{'png' if glass else 'jpg'}"
    folder.mkdir(parents=True, exist_ok=True)
    with atomic_path(made) as part:
        # Without thinned colours: the service compresses once more.
        frame.save(part, "PNG" if glass else "JPEG", quality=_QUALITY, subsampling=0, icc_profile=None)
    return made


def _compose_frame(picture: Image.Image, done: FittedFrame) -> Image.Image:
    part, at = done.crop, done.position
    used = (part.left, part.top, part.left + part.width, part.top + part.height)
    inner = picture.resize((at.width, at.height), Image.Resampling.LANCZOS, used, reducing_gap=3.0)
    size = (done.size.width, done.size.height)
    if inner.size == size:
        return inner
    frame = Image.new("RGBA", size) if inner.mode == "RGBA" else _blurred_background(inner, size)
    frame.paste(inner, (at.left, at.top))
    return frame


def _blurred_background(inner: Image.Image, size: tuple[int, int]) -> Image.Image:
    """`inner` enlarged until it fills `size`, and blurred."""
    small = (max(2, size[0] // _BACKGROUND_SCALE), max(2, size[1] // _BACKGROUND_SCALE))
    scale = max(size[0] / inner.width, size[1] / inner.height)
    left = max(0.0, (inner.width - size[0] / scale) / 2)
    top = max(0.0, (inner.height - size[1] / scale) / 2)
    box = (left, top, inner.width - left, inner.height - top)
    blurred = inner.resize(small, Image.Resampling.BOX, box).filter(ImageFilter.GaussianBlur(_BLUR))
    return blurred.resize(size, Image.Resampling.BICUBIC)
