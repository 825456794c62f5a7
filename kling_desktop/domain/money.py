"""What a generation is likely to cost. An estimate is an estimate, and is always shown as "about"."""

from decimal import Decimal

from kling_desktop.domain.job import Cost

SNAPSHOT_DATE = "2026-08"
# Seen on the live service in 2026-08: by duration in seconds, any aspect ratio. Edits may cost more.
SNAPSHOT = {5: Decimal("0.755"), 10: Decimal("1.51")}


def estimate(duration: int) -> Cost | None:
    """The dated snapshot's price of one generation of that many seconds; None for a length it doesn't know."""
    amount = SNAPSHOT.get(duration)
    return None if amount is None else Cost(amount, "DOLLARS")
