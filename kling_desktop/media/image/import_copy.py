"""Copies of the pictures that people drop, ready to be sent: browsers delete theirs."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from kling_desktop.atomic_file import atomic_path
from kling_desktop.domain.request.draft import LocalImage
from kling_desktop.media.errors import BadMedia
from kling_desktop.media.file_type import HEAD_BYTES, detect_file_type, detect_type, read_error
from kling_desktop.media.image.conversion import prepare_image
from kling_desktop.media.image.validation import ImageInfo, check_bytes, check_type, read_image_info


@dataclass(frozen=True, slots=True)
class ImportedImage:
    """A picture in the app's own folder, of a kind and size that the service takes.

    `name` is what its owner called it, `sha256` is of the content it came with, in hex. `note` says what was done to it
    since ("Converted from TIFF, turned upright"), "" when the copy is the same byte for byte; `facts` are the copy's.
    """

    path: Path
    sha256: str
    name: str
    info: ImageInfo
    note: str = ""

    @property
    def as_local_image(self) -> LocalImage:
        """The copy as a slot holds it."""
        return LocalImage(str(self.path), self.name, self.sha256, self.info.width, self.info.height, self.note)


def import_image(source: Path, folder: Path) -> ImportedImage:
    """Copy the picture `source` into `folder`, named after its content, so that the same one isn't kept twice.

    BadMedia when it is no picture that the service takes or that can be made into one, can't be read, or changes
    meanwhile; OSError when `folder` can't be written to.
    """
    try:
        check_type(detect_file_type(source), source.name)
        before = source.stat()
        check_bytes(before.st_size, source.name)
        content = source.read_bytes()
        after = source.stat()
    except OSError as error:
        raise read_error(source.name, error) from error
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(content) != after.st_size:
        raise BadMedia(f"“{source.name}” is still being written.", "Wait until it's complete, then drop it again.")
    return import_image_bytes(content, source.name, folder)


def import_image_bytes(content: bytes, name: str, folder: Path) -> ImportedImage:
    """Keep a picture that came without a file, from a browser or the clipboard. BadMedia and OSError as above."""
    if not content:
        raise BadMedia(f"“{name}” is empty.", "Save the picture to a file and drop that.")
    check_bytes(len(content), name)
    sha256 = hashlib.sha256(content).hexdigest()
    ready = prepare_image(content, name)
    kept = folder / f"{sha256}.{detect_type(ready.content[:HEAD_BYTES]).extension}"
    _write(kept, ready.content)
    return ImportedImage(kept, sha256, name, read_image_info(kept), ready.note)


def _write(to: Path, content: bytes) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    if to.is_file() and to.read_bytes() == content:
        os.utime(to)  # wanted again: nobody is to clear it away meanwhile
        return
    with atomic_path(to) as part:
        part.write_bytes(content)
