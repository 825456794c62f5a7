"""How often the account is asked: whatever carries the key takes its turn here."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

REQUESTS_PER_MINUTE = 1800
"""In any minute. The service allows an account 2,000, of which a `render` beside the window takes its share."""
_MINUTE = 60.0


class RateLimiter:
    """Turns in the order in which they were asked for. clock need not be the wall's; both are for tests to give."""

    def __init__(
        self,
        max_requests: int = REQUESTS_PER_MINUTE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._recent: deque[float] = deque(maxlen=max_requests)
        self._lock = asyncio.Lock()

    async def acquire(self) -> None:
        """Return when one more request is within the limit."""
        async with self._lock:
            if len(self._recent) == self._recent.maxlen:
                while (left := self._recent[0] + _MINUTE - self._clock()) > 0:
                    await self._sleep(left)
            self._recent.append(self._clock())
