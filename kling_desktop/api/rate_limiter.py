"""Limits how often the account is asked. Every request with the key goes through here."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

REQUESTS_PER_MINUTE = 1800
"""The service allows 2,000 per account; the rest is for a `render` that runs at the same time."""
_MINUTE = 60.0


class RateLimiter:
    """Lets requests through in the order in which they came, at most `max_requests` per minute.

    Args:
        max_requests: The limit.
        clock: Any steady clock, in seconds.
        sleep: Replaced in tests, like `clock`.
    """

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
        """Wait until another request is within the limit."""
        async with self._lock:
            if len(self._recent) == self._recent.maxlen:
                while (left := self._recent[0] + _MINUTE - self._clock()) > 0:
                    await self._sleep(left)
            self._recent.append(self._clock())
