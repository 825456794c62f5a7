"""Pictures put in lately, as the sheet at a slot offers them."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QObject, Signal

from kling_desktop.domain.request.draft import Media
from kling_desktop.domain.request.recent_media import RecentItem, with_recent


class RecentMedia(QObject):
    """`noted` once there is another one to keep. account: the one that is connected, "" while none is."""

    added = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.account = ""
        self._all: tuple[RecentItem, ...] = ()

    @property
    def all(self) -> tuple[RecentItem, ...]:
        """The latest first."""
        return self._all

    def restore(self, recents: Sequence[RecentItem]) -> None:
        """Those of earlier runs; what was put in meanwhile is later."""
        known = {recent.media for recent in self._all}
        self._all = (*self._all, *(recent for recent in recents if recent.media not in known))

    def add(self, images: Iterable[Media]) -> None:
        self._all = with_recent(self._all, images, self.account)
        self.added.emit()
