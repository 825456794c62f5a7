"""How often the account is asked: whatever carries the key takes its turn here."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

REQUESTS = 1800
"""In any minute. The service allows an account 2,000, of which a `render` beside the window takes its share."""
_MINUTE = 60.0


class Limits:
    """Turns in the order in which they were asked for. clock need not be the wall's; both are for tests to give."""

    def __init__(
        self,
        requests: int = REQUESTS,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._latest: deque[float] = deque(maxlen=requests)
        self._next = asyncio.Lock()

    async def turn(self) -> None:
        """Return when one more request is within the limit."""
        async with self._next:
            if len(self._latest) == self._latest.maxlen:
                while (left := self._latest[0] + _MINUTE - self._clock()) > 0:
                    await self._sleep(left)
            self._latest.append(self._clock())
