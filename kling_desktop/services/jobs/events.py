"""What a queue tells of its jobs. A fault in what is shown can't stop what is paid for."""

import logging

from psygnal import EmitLoopError, Signal, SignalInstance

from kling_desktop.domain.errors import RefusalReason
from kling_desktop.domain.jobs.job import Job

log = logging.getLogger(__name__)


class JobEvents:
    """changed tells of a new or changed job, removed of one taken off the list, replaced of one whose place another has
    taken, reordered of another order of the unsent ones, progress of bytes moved for a job, found of one of unknown
    outcome that was found beyond doubt, halted why sending was stopped for all, capped which job waits as it would pass
    a cap, and why, and left_behind of how many open jobs nobody carries, as another program has ended.
    """

    changed = Signal(Job)
    removed = Signal(str)
    replaced = Signal(str)
    reordered = Signal()
    progressed = Signal(str, int, object)
    reconciled = Signal(Job)
    sending_stopped = Signal(RefusalReason)
    limit_reached = Signal(str, str)
    orphaned = Signal(int)

    def emit(self, signal: SignalInstance, *news: object) -> None:
        """Emit, whatever the listeners make of it."""
        try:
            signal.emit(*news)
        except EmitLoopError:
            log.exception("showing %s failed", signal.name)
