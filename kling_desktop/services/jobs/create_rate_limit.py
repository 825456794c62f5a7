"""One order after the other, no more in a minute than the service takes, and none while it asks to wait."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from kling_desktop.services.poll_schedule import Deadline, PollSchedule, Sleep, sleep_wall_clock

CREATES_PER_MINUTE = 90
"""In any minute. The service allows an account 100, of which a `render` beside the window takes its share."""
_MINUTE = 60.0


class CreateRateLimiter:
    """Its turns are taken before a job is noted down as being sent, so that nothing is in doubt while it waits."""

    def __init__(self, pace: PollSchedule, clock: Callable[[], float], sleep: Sleep) -> None:
        self._pace = pace
        self._clock = clock
        self._sleep = sleep
        self._one = asyncio.Lock()
        self._rest = Deadline(0.0, 0.0)
        self._latest: deque[Deadline] = deque(maxlen=CREATES_PER_MINUTE)

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """The right to order once, within the body."""
        async with self._one:
            while (left := self._left()) > 0:
                await sleep_wall_clock(left, self._clock, self._sleep)
            yield

    def record(self) -> None:
        """An order goes out now."""
        self._latest.append(Deadline(self._clock(), _MINUTE))

    def back_off(self, retry_after: float) -> None:
        """The service has asked to wait so many seconds: what it wants of one order it wants of all."""
        self._rest = Deadline(self._clock(), self._pace.retry_delay(1, retry_after))

    def _left(self) -> float:
        now = self._clock()
        full = self._latest[0].left(now) if len(self._latest) == CREATES_PER_MINUTE else 0.0
        return max(full, self._rest.left(now))
