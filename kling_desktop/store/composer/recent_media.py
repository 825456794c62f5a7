"""The pictures that were put into the form lately, over a restart."""

import logging
from collections.abc import Sequence
from pathlib import Path

from kling_desktop.atomic_file import write_atomic
from kling_desktop.domain.request.draft import LocalImage
from kling_desktop.domain.request.recent_media import MAX_RECENT, RecentItem
from kling_desktop.store.codec import read_recent_media, write_recent_media

log = logging.getLogger(__name__)


class RecentMediaFile:
    """Nobody misses a list that can't be read or written: then there is none."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> tuple[RecentItem, ...]:
        """Without pictures whose files are gone."""
        try:
            recents = read_recent_media(self._path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            if not isinstance(error, FileNotFoundError):
                log.info("the recent pictures can't be read: %s", error)
            return ()
        return tuple(recent for recent in recents[:MAX_RECENT] if _is_there(recent))

    def save(self, recents: Sequence[RecentItem]) -> None:
        try:
            write_atomic(self._path, write_recent_media(recents) + "\n")
        except OSError as error:
            log.info("the recent pictures can't be kept: %s", error)


def _is_there(recent: RecentItem) -> bool:
    return not isinstance(recent.media, LocalImage) or Path(recent.media.file).is_file()
