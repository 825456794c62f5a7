"""Gives a finished file a unique name without ever replacing another file, even if other programs name files too."""

import errno
import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EINVAL}


def numbered_names(wanted: Path) -> Iterator[Path]:
    """Yield the name, then the same with 2, 3 … appended."""
    yield wanted
    for number in count(2):
        yield wanted.with_name(f"{wanted.stem} {number}{wanted.suffix}")


def move_no_replace(part: Path, name: Path) -> None:
    """Rename a file. Raises FileExistsError if the name is taken; `part` is still there then."""
    if os.name == "nt":
        part.rename(name)  # never replaces a file
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
    """Rename a file on disks without hard links, such as memory cards: an empty file reserves the name first."""
    os.close(os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    try:
        part.replace(name)
    except OSError:
        name.unlink()
        raise


def move_to_unique_name(part: Path, wanted: Path, move: Callable[[Path, Path], None] = move_no_replace) -> Path:
    """Move a file to the first free numbered name in one step, and return its new path.

    Both paths must be on one disk. Raises OSError if it can't be moved; `part` is still there then.
    """
    for name in numbered_names(wanted):
        try:
            move(part, name)
        except FileExistsError:
            continue
        return name
    raise AssertionError("the numbers never end")
