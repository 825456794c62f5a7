"""Recently used images, kept across restarts."""

import json
import logging
from collections.abc import Sequence
from pathlib import Path

from kling_desktop.atomic_file import write_atomic
from kling_desktop.domain.request.draft import LocalImage
from kling_desktop.domain.request.recent_media import MAX_RECENT, RecentItem
from kling_desktop.store.codec import read_recent_media, write_recent_media

log = logging.getLogger(__name__)


class RecentMediaFile:
    """The file with the recent media. If it can't be read or written, there simply are none."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> tuple[RecentItem, ...]:
        """Return the recent media, without images whose files no longer exist."""
        try:
            text = self._path.read_text(encoding="utf-8")
            json.loads(text)
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, RecursionError) as error:
            from kling_desktop.store.files.broken_file import keep_broken_file  # only when something is wrong

            log.info("the recent media can't be read: %s. %s", error, keep_broken_file(self._path))
            return ()
        items = read_recent_media(text)
        return tuple(recent for recent in items[:MAX_RECENT] if _exists(recent))

    def save(self, items: Sequence[RecentItem]) -> None:
        """Save the recent media."""
        try:
            write_atomic(self._path, write_recent_media(items) + "\n")
        except OSError as error:
            log.info("the recent media can't be saved: %s", error)


def _exists(recent: RecentItem) -> bool:
    return not isinstance(recent.media, LocalImage) or Path(recent.media.file).is_file()
