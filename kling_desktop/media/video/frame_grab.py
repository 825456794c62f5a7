"""One frame of a film as a picture of its own, exactly as it is shown."""

from io import BytesIO
from pathlib import Path

from kling_desktop.media.image.import_copy import ImportedImage, import_image_bytes
from kling_desktop.media.video.decoder import Decoder

# PNG's own effort, 0 to 9: more takes seconds for a frame and saves little.
_PNG_COMPRESSION = 1


def grab_frame(clip: Path, number: int, folder: Path) -> ImportedImage:
    """Frame `number` of `film`, 0 first, kept in `folder` as a picture that can be sent.

    Blocking. BadMedia when the film can't be read, OSError when `folder` can't be written to.
    """
    return _grab(clip, number, folder)[0]


def grab_last_frame(clip: Path, folder: Path) -> tuple[ImportedImage, int]:
    """The last frame, and its number. Otherwise as grab_frame()."""
    return _grab(clip, None, folder)


def _grab(clip: Path, number: int | None, folder: Path) -> tuple[ImportedImage, int]:
    with Decoder(clip) as decoder:
        which = decoder.count - 1 if number is None else number
        image = decoder.frame(which).to_image()
    content = BytesIO()
    image.save(content, "PNG", compress_level=_PNG_COMPRESSION)
    return import_image_bytes(content.getvalue(), f"{clip.stem}, frame {which + 1}.png", folder), which
