"""Recently used pictures, as the popover at a slot offers them."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QObject, Signal

from kling_desktop.domain.request.draft import Media
from kling_desktop.domain.request.recent_media import RecentItem, with_recent


class RecentMedia(QObject):
    """Emits `added` when there is one more to save. account: the connected one, "" while there is none."""

    added = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.account = ""
        self._all: tuple[RecentItem, ...] = ()

    @property
    def all(self) -> tuple[RecentItem, ...]:
        """Newest first."""
        return self._all

    def restore(self, recents: Sequence[RecentItem]) -> None:
        """Add those of earlier runs behind the ones used since."""
        known = {recent.media for recent in self._all}
        self._all = (*self._all, *(recent for recent in recents if recent.media not in known))

    def add(self, images: Iterable[Media]) -> None:
        self._all = with_recent(self._all, images, self.account)
        self.added.emit()
