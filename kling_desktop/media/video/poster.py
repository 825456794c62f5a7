"""The still that stands for a video."""

import io
from pathlib import Path

from kling_desktop.atomic_file import atomic_path
from kling_desktop.media.video.decoder import Decoder

JPEG_QUALITY = 88


def write_poster(video: Path, to: Path, width: int = 640) -> Path:
    """Write the first frame of `video` to `to` as a JPEG at most `width` pixels wide, and give `to` back.

    BadMedia when the video can't be played; OSError when `to` can't be written, which then stays as it was.
    """
    still = poster_jpeg(video, width)
    with atomic_path(to) as part:
        part.write_bytes(still)
    return to


def poster_jpeg(video: Path, width: int = 640) -> bytes:
    """The first frame of `video` as a JPEG at most `width` pixels wide. BadMedia when it can't be played."""
    with Decoder(video) as decoder:
        return render_poster(decoder, width)


def render_poster(decoder: Decoder, width: int = 640) -> bytes:
    """The same of a video that is open."""
    file = io.BytesIO()
    decoder.frame(0).to_image((width, decoder.size[1])).save(file, "JPEG", quality=JPEG_QUALITY)
    return file.getvalue()
