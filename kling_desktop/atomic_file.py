"""Files that are there whole or not at all.

New content goes to a part file in the same folder first, and takes the file's name once it is complete. Whatever
writes files for the user goes through here, so that `store/files/partial_files.py` recognizes what a killed process
left behind.
"""

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kling_desktop.file_sync import sync_file

PART_NAME = re.compile(r"\..+\.[0-9a-f]{8}\.part")
"""The name of every part file."""
_NAME_LENGTH = 40
"""Characters of the file's own name in that of its part. The two together could be too long for the disk."""


def write_atomic(path: Path, content: str | bytes) -> None:
    """Write a small file, readable by its owner alone. After a crash either the old or the new content is there.

    The content and the file's name are on disk when this returns. Missing folders are created.

    Raises:
        OSError: The file can't be written; the old one is still there.
    """
    data = content.encode() if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_path(path) as part, open(part, "xb", opener=_open_private) as file:
        file.write(data)
    sync_folder(path.parent)


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Yield a path to write to; the file there replaces `path` at the end, once it is on disk.

    If the body raises, `path` is unchanged and nothing is left behind.
    """
    with part_file(path) as part:
        yield part
        with part.open("rb+") as file:
            sync_file(file.fileno())
        os.replace(part, path)


@contextmanager
def part_file(path: Path) -> Iterator[Path]:
    """Yield a path in the same folder for writing `path`. If the file is still there at the end, it is deleted."""
    part = path.with_name(f".{path.name.lstrip('.')[:_NAME_LENGTH]}.{secrets.token_hex(4)}.part")
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Write a folder's list of names to disk, on systems that can do that for a folder."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        sync_file(handle)
    finally:
        os.close(handle)


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
