"""Waits until a file is on the disk, which each system calls differently."""

import os
import sys
from contextlib import suppress


def sync_file(handle: int) -> None:
    """Return once what was written to an open file is on the disk itself."""
    if sys.platform == "darwin":  # fsync returns there while the drive still has it in its cache
        import fcntl

        with suppress(OSError):  # not every file system has it
            fcntl.fcntl(handle, fcntl.F_FULLFSYNC)
            return
    os.fsync(handle)
