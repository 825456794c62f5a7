"""What of a thread's time is its own, on a machine that others use as well."""

import os
from time import perf_counter


class OwnTime:
    """A stopwatch for the thread that makes it. Close it."""

    def __init__(self) -> None:
        self._file = os.open("/proc/thread-self/schedstat", os.O_RDONLY)
        self._began, self._queued = perf_counter(), self._time_queued()

    def lap(self) -> tuple[float, float]:
        """Milliseconds since the lap before: by the clock, and less those in which the thread could have run and
        waited for a processor. Waiting for another thread or for a disk is its own."""
        now, queued = perf_counter(), self._time_queued()
        wall, waited = 1000 * (now - self._began), 1000 * (queued - self._queued)
        self._began, self._queued = now, queued
        return wall, max(0.0, wall - waited)

    def close(self) -> None:
        os.close(self._file)

    def _time_queued(self) -> float:
        return int(os.pread(self._file, 64, 0).split()[1]) / 1e9
