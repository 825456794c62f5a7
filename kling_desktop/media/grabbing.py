"""One frame of a film as a picture of its own, exactly as it is shown."""

from io import BytesIO
from pathlib import Path

from kling_desktop.media.frames import Decoder
from kling_desktop.media.keeping import KeptFile, keep_content

# PNG's own effort, 0 to 9: more takes seconds for a frame and saves little.
_EFFORT = 1


def grab_frame(film: Path, number: int | None, folder: Path) -> KeptFile:
    """Frame `number` of `film`, 0 first (None: the last one), kept in `folder` as a picture that can be sent.

    Blocking. BadMedia when the film can't be read, OSError when `folder` can't be written to.
    """
    with Decoder(film) as decoder:
        which = decoder.count - 1 if number is None else number
        image = decoder.frame(which).image()
    content = BytesIO()
    image.save(content, "PNG", compress_level=_EFFORT)
    return keep_content(content.getvalue(), f"{film.stem}, frame {which + 1}.png", folder)
