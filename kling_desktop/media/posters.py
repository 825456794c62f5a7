"""The still that stands for a video."""

from pathlib import Path

from kling_desktop.media.beside import written_beside
from kling_desktop.media.frames import Decoder

JPEG_QUALITY = 88


def make_poster(video: Path, to: Path, width: int = 640) -> Path:
    """Write the first frame of `video` to `to` as a JPEG at most `width` pixels wide, and give `to` back.

    BadMedia when the video can't be played; OSError when `to` can't be written, which then stays as it was.
    """
    with Decoder(video) as decoder:
        still = decoder.frame(0).image((width, decoder.size[1]))
    with written_beside(to) as part:
        still.save(part, "JPEG", quality=JPEG_QUALITY)
    return to
