"""Posters: the first frame of a video as a JPEG."""

import io
from pathlib import Path

from kling_desktop.atomic_file import atomic_path
from kling_desktop.media.video.decoder import Decoder

JPEG_QUALITY = 88


def write_poster(video: Path, to: Path, width: int = 640) -> Path:
    """Write a video's poster, at most `width` pixels wide, and return its path.

    Raises:
        BadMedia: The video can't be played.
        OSError: The poster can't be written; an existing one is unchanged.
    """
    poster = poster_jpeg(video, width)
    with atomic_path(to) as part:
        part.write_bytes(poster)
    return to


def poster_jpeg(video: Path, width: int = 640) -> bytes:
    """Return a video's poster as a JPEG, at most `width` pixels wide. Raises BadMedia if it can't be played."""
    with Decoder(video) as decoder:
        return render_poster(decoder, width)


def render_poster(decoder: Decoder, width: int = 640) -> bytes:
    """Return the poster of an open video."""
    file = io.BytesIO()
    decoder.frame(0).to_image((width, decoder.size[1])).save(file, "JPEG", quality=JPEG_QUALITY)
    return file.getvalue()
