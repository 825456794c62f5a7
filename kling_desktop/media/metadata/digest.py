"""Identifies the content of files."""

import hashlib
from pathlib import Path


def content_digest(file: Path) -> str:
    """Return a file's size in bytes and its SHA-256: "1234-ab…". Raises OSError if it can't be read. Blocking."""
    with file.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
        return f"{content.tell()}-{sha256}"
