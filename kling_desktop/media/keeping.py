"""Copies of the pictures that people drop: browsers delete theirs."""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

from kling_desktop.media.beside import written_beside
from kling_desktop.media.errors import BadMedia
from kling_desktop.media.kinds import BMP, GIF, TIFF, kind_of, unreadable
from kling_desktop.media.pictures import DECODERS, SERVICE_LIMITS, PictureFacts, look_at, opened_picture

# More than anybody means to send; a mistaken drop must not fill memory or disk.
MOST_BYTES = 100 * 2**20
# What browsers and clipboards hand over besides, turned into PNG.
_CONVERTED = (BMP, GIF, TIFF)


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A picture in the app's own folder. `name` is what its owner called it, `sha256` is its content's, in hex."""

    path: Path
    sha256: str
    name: str
    facts: PictureFacts


def keep_copy(source: Path, folder: Path) -> KeptFile:
    """Copy the picture `source` into `folder`, named after its content, so that the same one isn't kept twice.

    BadMedia when it is no PNG, JPEG or WebP, can't be read, or changes meanwhile; OSError when `folder` can't be
    written to.
    """
    try:
        before = source.stat()
        facts = look_at(source)
        if before.st_size > MOST_BYTES:
            raise BadMedia(f"“{source.name}” is larger than {MOST_BYTES // 2**20} MB.", "Use a smaller version of it.")
        content = source.read_bytes()
        after = source.stat()
    except OSError as error:
        raise unreadable(source.name, error) from error
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(content) != after.st_size:
        raise BadMedia(f"“{source.name}” is still being written.", "Wait until it is whole, then drop it again.")
    sha256 = hashlib.sha256(content).hexdigest()
    kept = folder / f"{sha256}.{facts.format}"
    _write(kept, content)
    return KeptFile(kept, sha256, source.name, facts)


def read_picture_bytes(data: bytes, to: Path) -> Path:
    """Write a picture that came as raw data from a browser or the clipboard; `to` with the fitting ending comes back.

    PNG, JPEG and WebP stay as they are, BMP, GIF (its first picture) and TIFF become PNG; BadMedia for anything else.
    """
    name, kind = "What was dropped", kind_of(data[:512])
    if not data:
        raise BadMedia(f"{name} is empty.", "Save the picture to a file and drop that.")
    if kind not in (*SERVICE_LIMITS.kinds, *_CONVERTED):
        raise BadMedia(f"{name} is {kind.words}.", "Save the picture to a file and drop that.")
    extension = "png"
    with opened_picture(io.BytesIO(data), name, (*DECODERS, "BMP", "GIF", "TIFF")) as picture:
        picture.load()
        if kind in _CONVERTED:
            turned = io.BytesIO()
            picture.convert("RGBA" if picture.has_transparency_data else "RGB").save(turned, "PNG")
            data = turned.getvalue()
        else:
            extension = kind.extension
    written = to.with_suffix(f".{extension}")
    _write(written, data)
    return written


def _write(to: Path, content: bytes) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    if to.is_file() and to.read_bytes() == content:
        return
    with written_beside(to) as part:
        part.write_bytes(content)
