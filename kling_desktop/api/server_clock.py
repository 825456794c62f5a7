"""How far the server's clock is ahead of ours: a lost request is looked for around the time at which it was sent."""

from kling_desktop.domain.jobs.reconciliation import MAX_SKEW

_AGREEMENT = 60.0


class ServerClock:
    """Learns from the Date headers, and isn't misled by a wrong one.

    Those of successful answers count before those of errors, which often come from something before the service. A
    date that contradicts what is known counts once the next one confirms it: then one of the clocks was set.
    """

    def __init__(self) -> None:
        self._skew: float | None = None
        self._from_error: float | None = None
        self._contradiction: float | None = None

    @property
    def skew(self) -> float | None:
        """The seconds by which the server's clock is ahead; None before there was a date to believe."""
        return self._from_error if self._skew is None else self._skew

    def record(self, skew: float, *, is_answer: bool) -> None:
        """Learn from a Date header, which was ahead by `skew` seconds, of an answer or of an error."""
        if abs(skew) > MAX_SKEW:
            return
        if not is_answer:
            self._from_error = skew
        elif self._skew is None or _agree(self._skew, skew) or _agree(self._contradiction, skew):
            self._skew, self._contradiction = skew, None
        else:
            self._contradiction = skew


def _agree(one: float | None, other: float) -> bool:
    return one is not None and abs(one - other) <= _AGREEMENT
