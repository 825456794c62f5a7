"""Keeps files that can't be read under another name."""

from pathlib import Path


def keep_broken_file(path: Path) -> str:
    """Rename a file that can't be read, so that a new one can be written without losing it.

    Returns:
        A sentence for the user that says where the file is now.
    """
    try:
        return f"The file has been kept as {set_aside(path)}."
    except OSError:
        return f"The file is still at {path}."


def set_aside(path: Path) -> Path:
    """Rename a file that can't be read, and return its new path.

    Raises:
        OSError: It can't be renamed. Nothing may be written in its place then.
    """
    number = 1
    while (kept := path.with_name(f"{path.stem}.broken-{number}{path.suffix}")).exists():
        number += 1
    path.rename(kept)
    return kept
