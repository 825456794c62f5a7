"""Saves single frames of a clip as images, exactly as they are shown."""

from io import BytesIO
from pathlib import Path

from kling_desktop.media.image.import_copy import ImportedImage, import_image_bytes
from kling_desktop.media.video.decoder import Decoder

# PNG's compression level, 0 to 9. More takes seconds for a frame and saves little.
_PNG_COMPRESSION = 1


def grab_frame(clip: Path, number: int, folder: Path) -> ImportedImage:
    """Import frame `number` of a clip, counted from 0, as an image that can be sent. Blocking.

    Raises:
        BadMedia: The clip can't be read.
        OSError: The folder can't be written to.
    """
    return _grab(clip, number, folder)[0]


def grab_last_frame(clip: Path, folder: Path) -> tuple[ImportedImage, int]:
    """Import the last frame, and return its number too. Otherwise like `grab_frame`."""
    return _grab(clip, None, folder)


def _grab(clip: Path, number: int | None, folder: Path) -> tuple[ImportedImage, int]:
    with Decoder(clip) as decoder:
        frame = decoder.count - 1 if number is None else number
        image = decoder.frame(frame).to_image()
    content = BytesIO()
    image.save(content, "PNG", compress_level=_PNG_COMPRESSION)
    return import_image_bytes(content.getvalue(), f"{clip.stem}, frame {frame + 1}.png", folder), frame
