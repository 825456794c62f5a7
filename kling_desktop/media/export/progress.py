"""Progress of long tasks, and how they are cancelled."""

from collections.abc import Callable
from dataclasses import dataclass

from kling_desktop.media.errors import OperationCancelled


def _ignore(_fraction: float) -> None:
    pass


@dataclass(frozen=True, slots=True)
class TaskProgress:
    """Reports the progress of a task and asks whether to cancel it. Both functions are called on the task's thread.

    Args:
        report: Gets the completed fraction, 0 to 1.
        is_cancelled: Asked again and again; True cancels the task.
    """

    report: Callable[[float], None] = _ignore
    is_cancelled: Callable[[], bool] = lambda: False

    def update(self, done: float, total: float) -> None:
        """Report the progress. Raises OperationCancelled if the task was cancelled."""
        self.raise_if_cancelled()
        self.report(min(1.0, done / total) if total else 1.0)

    def raise_if_cancelled(self) -> None:
        """Raise OperationCancelled if the task was cancelled."""
        if self.is_cancelled():
            raise OperationCancelled
