"""Work on films that takes a while: it tells how far it is, and can be called off."""

from collections.abc import Callable
from dataclasses import dataclass

from kling_desktop.media.video.decoder import Abandoned


def _nobody_listens(_fraction: float) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Watch:
    """told(fraction) of the work that is done, 0 to 1. called_off is asked again and again, and ends it when True.

    Both are called on the thread that works.
    """

    told: Callable[[float], None] = _nobody_listens
    called_off: Callable[[], bool] = lambda: False

    def pass_by(self, done: float, of: float) -> None:
        """Tell how far it is; raises Abandoned when nobody wants it any more."""
        self.look()
        self.told(min(1.0, done / of) if of else 1.0)

    def look(self) -> None:
        """Raises Abandoned when nobody wants it any more."""
        if self.called_off():
            raise Abandoned
