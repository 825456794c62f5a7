"""What tells one file's content from another's."""

import hashlib
from pathlib import Path


def content_digest(file: Path) -> str:
    """The size in bytes and the SHA-256 of a file, "1234-ab…". OSError when it can't be read. Blocking."""
    with file.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
        return f"{content.tell()}-{sha256}"
