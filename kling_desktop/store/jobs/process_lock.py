"""A lock that shows that a process lives: the system releases it when the process ends, however it ends."""

from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout


class ProcessLock:
    """The lock of this process, which owns the jobs it runs.

    Attributes:
        name: Of this process, as the database remembers the owner of a job.
    """

    def __init__(self, folder: Path) -> None:
        """Take the lock.

        Args:
            folder: Where all processes keep their locks.

        Raises:
            OSError: The folder can't be used.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.name = uuid4().hex
        # One thread takes it and another releases it. With a lock per thread, this would never be released.
        self._lock = FileLock(self._file(self.name), thread_local=False)
        self._lock.acquire(timeout=0)

    def is_alive(self, name: str) -> bool:
        """Whether the process of this name still runs. The file of a dead one is deleted."""
        file = self._file(name)
        if not name or not file.exists():
            return False
        lock = FileLock(file)
        if lock.lock_file == self._lock.lock_file:
            return self._lock.is_locked
        try:
            # Windows can't delete a file that is open; there the lock deletes it when it is released.
            with lock.acquire(timeout=0), suppress(PermissionError):
                file.unlink(missing_ok=True)
        except Timeout:
            return True
        return False

    def close(self) -> None:
        """Release the lock: from now on any process may take over the jobs."""
        if self._lock.is_locked:
            self._lock.release()
            self._file(self.name).unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.lock"


def running_processes(folder: Path) -> int:
    """Return how many processes hold a lock, with this one if it does."""
    count = 0
    for file in folder.glob("*.lock"):
        try:
            with FileLock(file).acquire(timeout=0):
                pass
        except Timeout:
            count += 1
    return count
