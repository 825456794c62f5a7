"""What the job queue reports. A listener that fails must never stop a job that is paid for."""

import logging

from psygnal import EmitLoopError, Signal, SignalInstance

from kling_desktop.domain.errors import RefusalReason
from kling_desktop.domain.jobs.job import Job

log = logging.getLogger(__name__)


class JobEvents:
    """The signals of one queue. Whatever they report is on disk before they are emitted.

    Signals:
        changed: A job is new or has changed. A finished job is reported once more and then leaves the queue.
        removed: A job was taken off the list (its ID).
        replaced: A job's place was taken by a new one (the old job's ID).
        reordered: The pending jobs go in another order.
        progressed: Bytes moved for a job: its ID, bytes so far, bytes in all or None.
        reconciled: The generation of a job with an unknown outcome was found in the account.
        sending_stopped: Nothing more is sent, because every request would be refused.
        limit_reached: A job waits, since it would exceed a spending limit: its ID and the reason.
        orphaned: How many open jobs were left by programs that have ended.
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

    def emit(self, signal: SignalInstance, *values: object) -> None:
        """Emit a signal and log what goes wrong in its listeners."""
        try:
            signal.emit(*values)
        except EmitLoopError as error:  # its own words list local variables
            log.error("A listener of %s failed", signal.name, exc_info=error.__cause__)
