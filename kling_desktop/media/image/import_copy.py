"""Copies dropped images into the app's folder, ready to be sent: browsers delete their own files."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from kling_desktop.atomic_file import atomic_path
from kling_desktop.domain.request.draft import LocalImage
from kling_desktop.media.errors import BadMedia
from kling_desktop.media.file_type import HEAD_BYTES, detect_file_type, detect_type, read_error
from kling_desktop.media.image.conversion import prepare_image
from kling_desktop.media.image.orientation import orientation
from kling_desktop.media.image.validation import ImageInfo, check_bytes, check_type, open_image, read_image_info


@dataclass(frozen=True, slots=True)
class ImportedImage:
    """An image in the app's own folder that the service accepts.

    Args:
        path: The copy.
        sha256: Of the original content, in hex.
        name: The original file name.
        info: About the copy.
        note: What was changed ("Converted from TIFF"); "" if it is the same byte for byte.
    """

    path: Path
    sha256: str
    name: str
    info: ImageInfo
    note: str = ""

    @property
    def as_local_image(self) -> LocalImage:
        """The copy as media for a slot."""
        return LocalImage(str(self.path), self.name, self.sha256, self.info.width, self.info.height, self.note)


def import_image(source: Path, folder: Path) -> ImportedImage:
    """Copy an image into a folder. The copy is named after the content, so the same image is kept only once.

    Raises:
        BadMedia: It isn't an image, can't be converted or read, or is still being written.
        OSError: The folder can't be written to.
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
        raise BadMedia(f"“{source.name}” is still being written.", "Wait until it is complete, then drop it again.")
    return import_image_bytes(content, source.name, folder)


def import_image_bytes(content: bytes, name: str, folder: Path) -> ImportedImage:
    """Import an image without a file, from a browser or the clipboard. Raises BadMedia and OSError like
    `import_image`.
    """
    if not content:
        raise BadMedia(f"“{name}” is empty.", "Save the image to a file and drop that.")
    check_bytes(len(content), name)
    sha256 = hashlib.sha256(content).hexdigest()
    prepared = prepare_image(content, name)
    copy = folder / f"{sha256}.{detect_type(prepared.content[:HEAD_BYTES]).extension}"
    _write(copy, prepared.content)
    return ImportedImage(copy, sha256, name, read_image_info(copy), prepared.note)


def file_to_send(path: Path, folder: Path) -> Path:
    """Return the image that is sent for the one at `path`: itself, if it was imported.

    Copies of earlier versions and of other people's presets may still be rotated or transparent. Those are prepared
    now, once for each content.

    Args:
        path: A PNG, JPEG or WebP.
        folder: Where the prepared image is written.

    Raises:
        BadMedia: It can't be prepared.
        OSError: The folder can't be written to.
    """
    try:
        with open_image(path, path.name) as image:
            if orientation(image) == 1 and not image.has_transparency_data:
                return path
    except BadMedia:
        return path  # the service says what is wrong with it
    return import_image(path, folder).path


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_file() and path.read_bytes() == content:
        os.utime(path)  # still in use, so the cleanup must not delete it
        return
    with atomic_path(path) as part:
        part.write_bytes(content)
