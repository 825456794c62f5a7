"""Writing a file whole or not at all."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_OF_NAME = 40
"""Characters of the name that the file beside it bears: the whole must not become too long for the disk."""


@contextmanager
def written_beside(to: Path) -> Iterator[Path]:
    """A path in the same folder to write to; it takes the place of `to` once it is whole and on the disk.

    When the body raises, `to` stays as it was and nothing is left behind.
    """
    # Told by its name whose it is, should the app be killed meanwhile.
    part = to.with_name(f".{to.name.lstrip('.')[:_OF_NAME]}.{secrets.token_hex(4)}.part")
    try:
        yield part
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(part, to)
    finally:
        part.unlink(missing_ok=True)
