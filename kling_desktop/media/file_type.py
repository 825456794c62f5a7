"""Detects the type of a file from its first bytes. Its name doesn't matter."""

import stat
from pathlib import Path

from kling_desktop.domain.errors import os_error_reason
from kling_desktop.media.errors import BadMedia
from kling_desktop.media.file_signatures import RAW, SVG, TEXT, TIFF, UNKNOWN, WEB_PAGE, FileType, detect_binary_type

HEAD_BYTES = 4096
_RAW_SUFFIXES = frozenset(
    f".{name}"
    for name in (
        "3fr",
        "arw",
        "cr2",
        "dng",
        "erf",
        "fff",
        "iiq",
        "kdc",
        "mef",
        "mos",
        "nef",
        "nrw",
        "pef",
        "raw",
        "srw",
    )
)


def detect_type(head: bytes) -> FileType:
    """Return the type of a file that starts with `head` (its first few hundred bytes)."""
    return detect_binary_type(head) or _detect_text_type(head)


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
            file_type = detect_type(file.read(HEAD_BYTES))
        # The notes that tell a raw photo from other TIFFs may lie further back.
        return RAW if file_type is TIFF and path.suffix.lower() in _RAW_SUFFIXES else file_type
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
