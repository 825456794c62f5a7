"""Giving a finished file its name without ever taking one from another file, whoever else names files meanwhile."""

import errno
import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EINVAL}


def numbered_names(wanted: Path) -> Iterator[Path]:
    """The name, then the same with 2, 3 … behind it."""
    yield wanted
    for number in count(2):
        yield wanted.with_name(f"{wanted.stem} {number}{wanted.suffix}")


def move_no_replace(part: Path, name: Path) -> None:
    """FileExistsError where another file has that name; `part` is then still there."""
    if os.name == "nt":
        part.rename(name)  # refuses to replace a file
        return
    try:
        os.link(part, name)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        move_no_replace_without_links(part, name)
    else:
        part.unlink()


def move_no_replace_without_links(part: Path, name: Path) -> None:
    """As `move_unless_there`, on disks such as memory cards: an empty file takes the name first."""
    os.close(os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    try:
        part.replace(name)
    except OSError:
        name.unlink()
        raise


def move_to_unique_name(part: Path, wanted: Path, move: Callable[[Path, Path], None] = move_no_replace) -> Path:
    """Move a file to the first of the numbered names that nobody has, in one step, and return where it is now.

    Both in one folder, or at least on one disk. OSError when the disk refuses; `part` is then still there.
    """
    for name in numbered_names(wanted):
        try:
            move(part, name)
        except FileExistsError:
            continue
        return name
    raise AssertionError("numbers end")
