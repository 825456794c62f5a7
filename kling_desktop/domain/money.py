"""What a generation is likely to cost. An estimate is an estimate, and is always shown as "about"."""

from collections.abc import Iterable
from decimal import Decimal

from kling_desktop.domain.draft import Draft
from kling_desktop.domain.job import Cost, Job
from kling_desktop.domain.ways import Way, way_of

SNAPSHOT_DATE = "2026-08"
# Seen on the live service in 2026-08: by duration in seconds, any aspect ratio. Edits may cost more.
SNAPSHOT = {5: Decimal("0.755"), 10: Decimal("1.51")}


def estimate(draft: Draft, receipts: Iterable[Job] = ()) -> Cost | None:
    """The price of one take: what the newest job of the same kind really cost, else the snapshot's; None if unknown.

    receipts: jobs, newest first. Of the same kind is one of the same length and size, edits apart.
    """
    learned = next((job.cost for job in receipts if job.cost and _kind(job.draft) == _kind(draft)), None)
    amount = SNAPSHOT.get(draft.duration)
    return learned or (None if amount is None else Cost(amount, "DOLLARS"))


def _kind(draft: Draft) -> tuple[object, ...]:
    return draft.duration, draft.size, way_of(draft) is Way.EDIT
