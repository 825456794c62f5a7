"""Who carries which job: a process, told apart by a lock that the system drops when it ends, however it ends."""

from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout


class ProcessLock:
    """This process's right to its jobs. name is what the database remembers; folder is shared by all processes."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.name = uuid4().hex
        # Taken by one thread and given up by another, or the next session of this very process would find it held.
        self._lock = FileLock(self._file(self.name), thread_local=False)
        self._lock.acquire(timeout=0)

    def is_alive(self, name: str) -> bool:
        """Whether the process of that name still runs; what a dead one left behind is cleared away."""
        file = self._file(name)
        if not name or not file.exists():
            return False
        lock = FileLock(file)
        if lock.lock_file == self._lock.lock_file:
            return self._lock.is_locked
        try:
            # Windows lets nobody remove a file that is open; there the lock removes it when it is released.
            with lock.acquire(timeout=0), suppress(PermissionError):
                file.unlink(missing_ok=True)
        except Timeout:
            return True
        return False

    def close(self) -> None:
        """Gives up: from now on any process may take over."""
        if self._lock.is_locked:
            self._lock.release()
            self._file(self.name).unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.lock"


def running_processes(folder: Path) -> int:
    """How many processes run just now that carry jobs, this one counted where it does."""
    count = 0
    for file in folder.glob("*.lock"):
        try:
            with FileLock(file).acquire(timeout=0):
                pass
        except Timeout:
            count += 1
    return count
