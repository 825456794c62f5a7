"""When to ask the service again."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from kling_desktop.domain.jobs.duration_estimate import DurationEstimate
from kling_desktop.domain.text import as_sentence

Sleep = Callable[[float], Awaitable[None]]

_INTERVAL = 5.0
_NOTHING_DONE = 20.0
_MAX_RETRY_DELAY = 60.0
_MAX_RETRY_AFTER = 900.0
_DEFAULT_ESTIMATE = DurationEstimate(early=_NOTHING_DONE, median=120.0, late=300.0)
_MAX_NAP = 5.0


@dataclass(frozen=True, slots=True)
class Deadline:
    """A number of seconds from a moment of the wall clock on. A clock that is set back in between ends it."""

    since: float
    seconds: float

    def left(self, now: float) -> float:
        gone = now - self.since
        return max(0.0, self.seconds - gone) if gone >= 0 else 0.0


async def sleep_wall_clock(seconds: float, clock: Callable[[], float], sleep: Sleep = asyncio.sleep) -> None:
    """Sleep for a number of seconds, counting those in which the machine itself slept."""
    deadline = Deadline(clock(), seconds)
    while (left := deadline.left(clock())) > 0:
        await sleep(min(left, _MAX_NAP))


def retry_notice(problem: str, seconds: float) -> str:
    """Tell the user what went wrong and when it is tried again."""
    return f"{as_sentence(problem)} Trying again in {max(1, round(seconds))} s."


@dataclass(frozen=True, slots=True)
class PollSchedule:
    """All waiting times, in seconds.

    Attributes:
        poll: A fixed interval, with everything else in proportion. None is the schedule for the real service, where
            nothing is done in the first 20 seconds and most videos take 1 to 5 minutes.
    """

    poll: float | None = None

    def delay(self, since_sent: float, estimate: DurationEstimate | None = None) -> float:
        """How long to wait before asking again about a generation.

        Args:
            since_sent: The seconds since it was sent.
            estimate: How long such generations take. It is asked about most often between early and late.
        """
        if self.poll is not None:
            return self.poll
        since, estimate = max(0.0, since_sent), estimate or _DEFAULT_ESTIMATE  # the clock may have been set back
        if since < _NOTHING_DONE:
            return max(_INTERVAL, _NOTHING_DONE - since)
        if since < estimate.early:
            return max(_INTERVAL, min(15.0, estimate.early - since))
        if since < max(estimate.late, _NOTHING_DONE):
            return _INTERVAL
        return 10.0 if since < 3 * estimate.late else 20.0 if since < 3600 else 30.0

    @property
    def min_interval(self) -> float:
        """The least time between two rounds of questions about all generations."""
        return 4.0 if self.poll is None else 0.0

    @property
    def coalesce_window(self) -> float:
        """How much earlier than due a generation is asked about together with others."""
        return 1.5 if self.poll is None else self.poll / 4

    def retry_delay(self, failures: int, retry_after: float | None = None) -> float:
        """How long to wait after so many failures in a row; at least as long as the service asked, within reason."""
        longest = _MAX_RETRY_DELAY if self.poll is None else 5 * self.poll
        delay = min(longest, (1.0 if self.poll is None else self.poll) * 2.0 ** min(failures, 10))
        if retry_after is None:
            return delay
        return max(delay, min(retry_after, _MAX_RETRY_AFTER if self.poll is None else longest))

    @property
    def reconcile_delays(self) -> tuple[float, ...]:
        """The waits before each attempt to reconcile an unknown outcome: about a minute in all."""
        scale = self._scale
        return tuple(scale * delay for delay in (2.0, 5.0, 10.0, 15.0, 30.0))

    @property
    def empty_timeout(self) -> float:
        """How long a complete generation may lack its video before it counts as blocked."""
        return 600.0 * self._scale

    @property
    def _scale(self) -> float:
        return 1.0 if self.poll is None else self.poll / _INTERVAL
