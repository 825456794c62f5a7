"""Fits an image to the shape of the video: the file that is sent, and that the form shows."""

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
from kling_desktop.media.image.orientation import upright
from kling_desktop.media.image.transparency import filled
from kling_desktop.media.image.validation import open_image

# The background of a padded image is blurred at this fraction of its size: fast, and soft enough.
_BACKGROUND_SCALE = 24
_BLUR = 2.5
_QUALITY = 95


def fitted_folder(path: Path) -> Path:
    """Return the folder for fitted versions of the app's copy at `path`."""
    return path.parent / "fitted"


def fit_image(path: Path, video: Size, fit: Fit, folder: Path) -> Path:
    """Write the image at `path` in the shape of `video`, once for each content, and return the file.

    It is cropped in the middle, or padded with an enlarged and blurred copy of itself. Keep it off the UI thread.

    Args:
        path: The image.
        video: The shape.
        fit: Crop or pad.
        folder: Where the file is written.

    Raises:
        BadMedia: The image can't be read.
        OSError: The folder can't be written to.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise read_error(path.name, error) from error
    fitted = folder / f"{hashlib.sha256(content).hexdigest()}-{fit}-{video.width}x{video.height}.jpg"
    if fitted.is_file():
        os.utime(fitted)  # still in use, so the cleanup must not delete it
        return fitted
    with open_image(io.BytesIO(content), path.name) as image:
        rgb = to_8_bits(upright(image))
        if rgb.mode == "RGBA":  # older copies may still be transparent
            rgb = filled(rgb)[0]
    frame = _compose_frame(rgb, fit_frame(Size(*rgb.size), video, fit))
    folder.mkdir(parents=True, exist_ok=True)
    with atomic_path(fitted) as part:
        # Without chroma subsampling: the service compresses it once more.
        frame.save(part, "JPEG", quality=_QUALITY, subsampling=0, icc_profile=None)
    return fitted


def _compose_frame(image: Image.Image, fit: FittedFrame) -> Image.Image:
    crop, position = fit.crop, fit.position
    box = (crop.left, crop.top, crop.left + crop.width, crop.top + crop.height)
    inner = image.resize((position.width, position.height), Image.Resampling.LANCZOS, box, reducing_gap=3.0)
    size = (fit.size.width, fit.size.height)
    if inner.size == size:
        return inner
    frame = _blurred_background(inner, size)
    frame.paste(inner, (position.left, position.top))
    return frame


def _blurred_background(inner: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return `inner` enlarged to fill `size`, and blurred."""
    small = (max(2, size[0] // _BACKGROUND_SCALE), max(2, size[1] // _BACKGROUND_SCALE))
    scale = max(size[0] / inner.width, size[1] / inner.height)
    left = max(0.0, (inner.width - size[0] / scale) / 2)
    top = max(0.0, (inner.height - size[1] / scale) / 2)
    box = (left, top, inner.width - left, inner.height - top)
    blurred = inner.resize(small, Image.Resampling.BOX, box).filter(ImageFilter.GaussianBlur(_BLUR))
    return blurred.resize(size, Image.Resampling.BICUBIC)
