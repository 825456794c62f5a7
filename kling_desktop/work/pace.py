"""When to ask again."""

from dataclasses import dataclass

_USUAL_POLL = 5.0
_LONGEST_BACK_OFF = 60.0
_LONGEST_ASKED_FOR = 900.0


@dataclass(frozen=True, slots=True)
class Pace:
    """Waits in seconds. poll sets a fixed rhythm, with everything else in proportion; None is the schedule for the
    real service, where nothing is done in the first 20 seconds and most videos take 1 to 5 minutes."""

    poll: float | None = None

    def before_look(self, since_sent: float) -> float:
        """How long to wait before asking again about a generation sent that long ago."""
        if self.poll is not None:
            return self.poll
        # The clock may have been set back since.
        return min(max(_USUAL_POLL, 20.0 - since_sent), 20.0) if since_sent < 300 else 15.0

    def after_failure(self, failures: int, retry_after: float | None = None) -> float:
        """Longer each time in a row (failures counts from 1), and as long as the service asked for, within reason."""
        longest = _LONGEST_BACK_OFF if self.poll is None else 5 * self.poll
        wait = min(longest, (1.0 if self.poll is None else self.poll) * 2.0 ** min(failures, 10))
        if retry_after is None:
            return wait
        return max(wait, min(retry_after, _LONGEST_ASKED_FOR if self.poll is None else longest))

    @property
    def looks(self) -> tuple[float, ...]:
        """The waits before each look for an unknown outcome: about a minute in all."""
        scale = self._scale
        return tuple(scale * wait for wait in (2.0, 5.0, 10.0, 15.0, 30.0))

    @property
    def empty_patience(self) -> float:
        """How long a complete generation may lack its video before it counts as blocked."""
        return 600.0 * self._scale

    @property
    def _scale(self) -> float:
        return 1.0 if self.poll is None else self.poll / _USUAL_POLL
