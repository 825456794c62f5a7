"""Copies of the pictures that people drop, ready to be sent: browsers delete theirs."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from kling_desktop.domain.request.draft import LocalImage
from kling_desktop.media.atomic import written_beside
from kling_desktop.media.errors import BadMedia
from kling_desktop.media.file_type import HEAD_BYTES, kind_of, kind_of_file, unreadable
from kling_desktop.media.image.conversion import sendable
from kling_desktop.media.image.validation import PictureFacts, check_bytes, check_kind, look_at


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A picture in the app's own folder, of a kind and size that the service takes.

    `name` is what its owner called it, `sha256` is of the content it came with, in hex. `note` says what was done to it
    since ("Converted from TIFF, turned upright"), "" when the copy is the same byte for byte; `facts` are the copy's.
    """

    path: Path
    sha256: str
    name: str
    facts: PictureFacts
    note: str = ""

    @property
    def as_media(self) -> LocalImage:
        """The copy as a slot holds it."""
        return LocalImage(str(self.path), self.name, self.sha256, self.facts.width, self.facts.height, self.note)


def keep_copy(source: Path, folder: Path) -> KeptFile:
    """Copy the picture `source` into `folder`, named after its content, so that the same one isn't kept twice.

    BadMedia when it is no picture that the service takes or that can be made into one, can't be read, or changes
    meanwhile; OSError when `folder` can't be written to.
    """
    try:
        check_kind(kind_of_file(source), source.name)
        before = source.stat()
        check_bytes(before.st_size, source.name)
        content = source.read_bytes()
        after = source.stat()
    except OSError as error:
        raise unreadable(source.name, error) from error
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(content) != after.st_size:
        raise BadMedia(f"“{source.name}” is still being written.", "Wait until it is whole, then drop it again.")
    return keep_content(content, source.name, folder)


def keep_content(content: bytes, name: str, folder: Path) -> KeptFile:
    """Keep a picture that came without a file, from a browser or the clipboard. BadMedia and OSError as above."""
    if not content:
        raise BadMedia(f"“{name}” is empty.", "Save the picture to a file and drop that.")
    check_bytes(len(content), name)
    sha256 = hashlib.sha256(content).hexdigest()
    ready = sendable(content, name)
    kept = folder / f"{sha256}.{kind_of(ready.content[:HEAD_BYTES]).extension}"
    _write(kept, ready.content)
    return KeptFile(kept, sha256, name, look_at(kept), ready.note)


def _write(to: Path, content: bytes) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    if to.is_file() and to.read_bytes() == content:
        os.utime(to)  # wanted again: nobody is to clear it away meanwhile
        return
    with written_beside(to) as part:
        part.write_bytes(content)
