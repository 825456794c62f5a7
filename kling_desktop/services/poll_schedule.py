"""When to ask again."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from kling_desktop.domain.jobs.duration_estimate import DurationEstimate

Sleep = Callable[[float], Awaitable[None]]

_USUAL_POLL = 5.0
_NOTHING_DONE = 20.0
_LONGEST_BACK_OFF = 60.0
_LONGEST_ASKED_FOR = 900.0
_UNTOLD = DurationEstimate(early=_NOTHING_DONE, median=120.0, late=300.0)
_NAP = 5.0


@dataclass(frozen=True, slots=True)
class Deadline:
    """So many seconds from a moment of the wall clock on; a clock that was set back in between ends it."""

    since: float
    seconds: float

    def left(self, now: float) -> float:
        gone = now - self.since
        return max(0.0, self.seconds - gone) if gone >= 0 else 0.0


async def sleep_wall_clock(seconds: float, clock: Callable[[], float], sleep: Sleep = asyncio.sleep) -> None:
    """Return after so many seconds, those in which the machine itself slept included."""
    wait = Deadline(clock(), seconds)
    while (left := wait.left(clock())) > 0:
        await sleep(min(left, _NAP))


def retry_notice(what: str, wait: float) -> str:
    """What went wrong, and when it is tried again, for people."""
    return f"{what} Trying again in {max(1, round(wait))} s."


@dataclass(frozen=True, slots=True)
class PollSchedule:
    """Waits in seconds. poll sets a fixed rhythm, with everything else in proportion; None is the schedule for the
    real service, where nothing is done in the first 20 seconds and most videos take 1 to 5 minutes."""

    poll: float | None = None

    def delay(self, since_sent: float, usual: DurationEstimate | None = None) -> float:
        """How long to wait before asking again about a generation sent that long ago.

        usual: how long such generations take; most often asked is between its soon and its late.
        """
        if self.poll is not None:
            return self.poll
        since, usual = max(0.0, since_sent), usual or _UNTOLD  # the clock may have been set back since
        if since < _NOTHING_DONE:
            return max(_USUAL_POLL, _NOTHING_DONE - since)
        if since < usual.early:
            return max(_USUAL_POLL, min(15.0, usual.early - since))
        if since < max(usual.late, _NOTHING_DONE):
            return _USUAL_POLL
        return 10.0 if since < 3 * usual.late else 20.0 if since < 3600 else 30.0

    @property
    def min_interval(self) -> float:
        """The least time between two rounds of questions about all."""
        return 4.0 if self.poll is None else 0.0

    @property
    def coalesce_window(self) -> float:
        """How much earlier than it must be one is asked about together with others."""
        return 1.5 if self.poll is None else self.poll / 4

    def retry_delay(self, failures: int, retry_after: float | None = None) -> float:
        """Longer each time in a row (failures counts from 1), and as long as the service asked for, within reason."""
        longest = _LONGEST_BACK_OFF if self.poll is None else 5 * self.poll
        wait = min(longest, (1.0 if self.poll is None else self.poll) * 2.0 ** min(failures, 10))
        if retry_after is None:
            return wait
        return max(wait, min(retry_after, _LONGEST_ASKED_FOR if self.poll is None else longest))

    @property
    def reconcile_delays(self) -> tuple[float, ...]:
        """The waits before each look for an unknown outcome: about a minute in all."""
        scale = self._scale
        return tuple(scale * wait for wait in (2.0, 5.0, 10.0, 15.0, 30.0))

    @property
    def empty_timeout(self) -> float:
        """How long a complete generation may lack its video before it counts as blocked."""
        return 600.0 * self._scale

    @property
    def _scale(self) -> float:
        return 1.0 if self.poll is None else self.poll / _USUAL_POLL
