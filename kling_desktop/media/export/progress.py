"""Work on films that takes a while: it tells how far it is, and can be called off."""

from collections.abc import Callable
from dataclasses import dataclass

from kling_desktop.media.errors import OperationCancelled


def _ignore(_fraction: float) -> None:
    pass


@dataclass(frozen=True, slots=True)
class TaskProgress:
    """told(fraction) of the work that is done, 0 to 1. called_off is asked again and again, and ends it when True.

    Both are called on the thread that works.
    """

    report: Callable[[float], None] = _ignore
    is_cancelled: Callable[[], bool] = lambda: False

    def update(self, done: float, of: float) -> None:
        """Tell how far it is; raises Abandoned when nobody wants it any more."""
        self.raise_if_cancelled()
        self.report(min(1.0, done / of) if of else 1.0)

    def raise_if_cancelled(self) -> None:
        """Raises Abandoned when nobody wants it any more."""
        if self.is_cancelled():
            raise OperationCancelled
