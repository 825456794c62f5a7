"""Small files that are there whole or not at all."""

import os
import secrets
import tempfile
from pathlib import Path


def write_whole(path: Path, content: str | bytes) -> None:
    """Writes beside path, then takes its place: after a crash the old or the new is there. On disk on return."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def part_beside(path: Path) -> Path:
    """A name of its own for what grows beside path until it is whole."""
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")


def sync_folder(folder: Path) -> None:
    """Brings the folder's list of names to disk, where the system knows such a thing."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def rename_broken_file(path: Path) -> Path:
    """Renames a broken file, so that a new one can take its name and nothing is lost; returns where it is now."""
    number = 1
    while (aside := path.with_name(f"{path.stem}.broken-{number}{path.suffix}")).exists():
        number += 1
    path.rename(aside)
    return aside


def keep_broken_file(path: Path) -> str:
    """Sets a broken file aside and says where it is now; for people."""
    try:
        return f"The file is kept as {rename_broken_file(path)}."
    except OSError:
        return f"The file stays where it is: {path}."
