"""Detects the type of a file from its first bytes. Its name doesn't matter."""

import stat
from dataclasses import dataclass
from pathlib import Path

from kling_desktop.domain.errors import os_error_reason
from kling_desktop.media.errors import BadMedia

HEAD_BYTES = 512


@dataclass(frozen=True, slots=True)
class FileType:
    """A type of file. `description` completes the sentence "This is …"; `extension` has no dot and may be empty."""

    description: str
    extension: str = ""


PNG = FileType("a PNG image", "png")
JPEG = FileType("a JPEG image", "jpg")
WEBP = FileType("a WebP image", "webp")
GIF = FileType("a GIF image", "gif")
TIFF = FileType("a TIFF image", "tif")
BMP = FileType("a BMP image", "bmp")
HEIC = FileType("a HEIC image", "heic")
AVIF = FileType("an AVIF image", "avif")
SVG = FileType("an SVG drawing", "svg")
MP4 = FileType("an MP4 video", "mp4")
WEB_PAGE = FileType("a web page", "html")
TEXT = FileType("a text file", "txt")
UNKNOWN = FileType("a file of an unknown type")

_MAGIC_BYTES = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF8", GIF),
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
    (b"\x1a\x45\xdf\xa3", FileType("a WebM or Matroska video", "webm")),
    (b"%PDF", FileType("a PDF document", "pdf")),
    (b"8BPS", FileType("a Photoshop file", "psd")),
    (b"PK\x03\x04", FileType("a ZIP archive", "zip")),
    (b"ID3", FileType("an audio file", "mp3")),
)
_RIFF_TYPES = {
    b"WEBP": WEBP,
    b"AVI ": FileType("an AVI video", "avi"),
    b"WAVE": FileType("an audio file", "wav"),
}
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"hevc", b"mif1", b"msf1")
_BRANDS = dict.fromkeys(_HEIC_BRANDS, HEIC) | dict.fromkeys((b"avif", b"avis"), AVIF)
_MP4_BOXES = {b"ftyp", b"moov", b"mdat", b"wide", b"skip", b"free", b"styp"}


def detect_type(head: bytes) -> FileType:
    """Return the type of a file that starts with `head` (its first few hundred bytes)."""
    for magic, file_type in _MAGIC_BYTES:
        if head.startswith(magic):
            return file_type
    if head[:4] == b"RIFF" and head[8:12] in _RIFF_TYPES:
        return _RIFF_TYPES[head[8:12]]
    if head[4:8] in _MP4_BOXES:
        return _BRANDS.get(head[8:12], MP4) if head[4:8] == b"ftyp" else MP4
    if head[:2] == b"BM" and head[6:10] == b"\0\0\0\0":
        return BMP
    return _detect_text_type(head)


def detect_file_type(path: Path) -> FileType:
    """Return the type of a file.

    Raises:
        BadMedia: The file is missing, empty or a folder, or can't be read.
    """
    name = path.name
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise BadMedia(f"“{name}” is a folder.", "Choose one file from it.")
        if not stat.S_ISREG(status.st_mode):
            raise BadMedia(f"“{name}” isn't a regular file.", "Choose an image or video file.")
        if status.st_size == 0:
            raise BadMedia(f"“{name}” is empty (0 bytes).", "Save or download it again.")
        with path.open("rb") as file:
            return detect_type(file.read(HEAD_BYTES))
    except (OSError, ValueError) as error:  # ValueError: a path with a null character
        raise read_error(name, error) from error


def read_error(name: str, error: OSError | ValueError) -> BadMedia:
    """Return the error for a file that the system doesn't let us read."""
    if isinstance(error, FileNotFoundError):
        return BadMedia(f"“{name}” no longer exists.", "Choose it again from where it is now.")
    if isinstance(error, PermissionError):
        return BadMedia(f"You don't have permission to read “{name}”.", "Change its permissions, or use a copy.")
    reason = os_error_reason(error)
    return BadMedia(f"“{name}” can't be read: {reason}.", "Copy it to this computer's own disk and try again.")


def _detect_text_type(head: bytes) -> FileType:
    # The end of the head may cut a character in two.
    text = head.decode("utf-8-sig", errors="ignore") if b"\0" not in head else ""
    if len(text.encode()) < len(head) - 6:
        return UNKNOWN
    start = text.lstrip().lower()
    if start.startswith(("<!doctype html", "<html", "<head", "<body")):
        return WEB_PAGE
    if start.startswith("<svg") or (start.startswith("<?xml") and "<svg" in start):
        return SVG
    return TEXT if text and not any(ord(c) < 32 and c not in "\t\n\r\f\x1b" for c in text) else UNKNOWN
