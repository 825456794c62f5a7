"""One frame of a film as a picture of its own, exactly as it is shown."""

from io import BytesIO
from pathlib import Path

from kling_desktop.media.image.import_copy import KeptFile, keep_content
from kling_desktop.media.video.decoder import Decoder

# PNG's own effort, 0 to 9: more takes seconds for a frame and saves little.
_EFFORT = 1


def grab_frame(film: Path, number: int, folder: Path) -> KeptFile:
    """Frame `number` of `film`, 0 first, kept in `folder` as a picture that can be sent.

    Blocking. BadMedia when the film can't be read, OSError when `folder` can't be written to.
    """
    return _grab(film, number, folder)[0]


def grab_last(film: Path, folder: Path) -> tuple[KeptFile, int]:
    """The last frame, and its number. Otherwise as grab_frame()."""
    return _grab(film, None, folder)


def _grab(film: Path, number: int | None, folder: Path) -> tuple[KeptFile, int]:
    with Decoder(film) as decoder:
        which = decoder.count - 1 if number is None else number
        image = decoder.frame(which).image()
    content = BytesIO()
    image.save(content, "PNG", compress_level=_EFFORT)
    return keep_content(content.getvalue(), f"{film.stem}, frame {which + 1}.png", folder), which
