"""Limits create requests: one after the other, no more a minute than the service takes, none while it asks to wait."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from kling_desktop.services.poll_schedule import Deadline, PollSchedule, Sleep, sleep_wall_clock

CREATES_PER_MINUTE = 90
"""The service allows an account 100 in any minute; the rest is for a `render` that runs alongside the window."""
_MINUTE = 60.0


class CreateRateLimiter:
    """A slot is taken before a job is saved as being sent, so that no outcome is unknown while a job waits for one."""

    def __init__(self, schedule: PollSchedule, clock: Callable[[], float], sleep: Sleep) -> None:
        self._schedule = schedule
        self._clock = clock
        self._sleep = sleep
        self._lock = asyncio.Lock()
        self._back_off = Deadline(0.0, 0.0)
        self._latest: deque[Deadline] = deque(maxlen=CREATES_PER_MINUTE)

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """The right to send one create request within the body."""
        async with self._lock:
            while (left := self._seconds_left()) > 0:
                await sleep_wall_clock(left, self._clock, self._sleep)
            yield

    def record(self) -> None:
        """Count a create request that goes out now."""
        self._latest.append(Deadline(self._clock(), _MINUTE))

    def back_off(self, retry_after: float) -> None:
        """The service asked to wait so many seconds: what it wants for one request, it wants for all."""
        self._back_off = Deadline(self._clock(), self._schedule.retry_delay(1, retry_after))

    def _seconds_left(self) -> float:
        now = self._clock()
        is_full = len(self._latest) == CREATES_PER_MINUTE
        return max(self._latest[0].left(now) if is_full else 0.0, self._back_off.left(now))
