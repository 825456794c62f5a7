"""Keeps files that can't be read under another name."""

from pathlib import Path

from kling_desktop.atomic_file import write_atomic


def keep_broken_file(path: Path) -> str:
    """Rename a file that can't be read, so that a new one can be written without losing it.

    Returns:
        A sentence for the user that says where the file is now.
    """
    try:
        return f"The file has been kept as {set_aside(path)}."
    except OSError:
        return f"The file is still at {path}."


def copy_aside(path: Path) -> Path:
    """Keep a file that can't be used under another name, and return that. It also stays where it is, if it can be read.

    Raises:
        OSError: It can't be kept. Nothing may be written in its place then.
    """
    kept = _free_name(path)
    try:
        content = path.read_bytes()
    except OSError:
        return set_aside(path)
    write_atomic(kept, content)
    return kept


def set_aside(path: Path) -> Path:
    """Rename a file that can't be read, and return its new path.

    Raises:
        OSError: It can't be renamed. Nothing may be written in its place then.
    """
    kept = _free_name(path)
    path.rename(kept)
    return kept


def _free_name(path: Path) -> Path:
    number = 1
    while (kept := path.with_name(f"{path.stem}.broken-{number}{path.suffix}")).exists():
        number += 1
    return kept
