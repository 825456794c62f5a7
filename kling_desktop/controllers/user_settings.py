"""The user's settings: read at the start, changed, and kept in their file."""

import asyncio
import logging
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from psygnal import Signal

from kling_desktop.domain.library.clip_query import ClipGrouping, ClipQuery, ClipSort
from kling_desktop.domain.spending.limits import PriceSettings, start_of_day
from kling_desktop.store.folders import clips_folder
from kling_desktop.store.settings import LIMIT_KEYS, SPENDING_KEYS, Settings, SettingsFile
from kling_desktop.ui.qt.tasks import Tasks

log = logging.getLogger(__name__)


class UserSettings:
    """Every change is written to the file at once.

    usual_folder: where clips go unless the user says otherwise.
    """

    changed = Signal()
    prices_changed = Signal()
    """A limit, a price or the unit of money."""
    folder_changed = Signal(Path)
    """Clips go to another folder from now on. Carries the one they went to before."""

    def __init__(self, file: SettingsFile, usual_folder: Path, tasks: Tasks) -> None:
        self._file = file
        self._usual_folder = usual_folder
        self._tasks = tasks
        self._values = file.read()
        self._lock = asyncio.Lock()

    @property
    def problem(self) -> str:
        """Why the file could not be read; "" if it could."""
        return self._file.problem

    @property
    def values(self) -> Settings:
        return self._values

    @property
    def price_settings(self) -> PriceSettings:
        """Limits and prices as they count at this moment. May be called from any thread."""
        values = self._values
        return PriceSettings(values.spending_limits, values.user_prices, start_of_day(time.time()))

    @property
    def clips_folder(self) -> Path:
        return Path(self._values.clips_folder or self._usual_folder)

    def session_folder(self, *, sandbox: bool) -> Path:
        """Where the clips of a session go. Those of the sandbox are kept apart."""
        return clips_folder(self.clips_folder, sandbox=sandbox)

    @property
    def sort_order(self) -> ClipQuery:
        """All clips, sorted and grouped as they were last."""
        return ClipQuery(sort=ClipSort(self._values.clip_sort), group=ClipGrouping(self._values.clip_group))

    def set_sort_order(self, query: ClipQuery) -> None:
        """Remember the query's sort order and groups. They are written with the next change."""
        self._values = replace(self._values, clip_sort=query.sort, clip_group=query.group)

    def set_clips_folder(self, folder: str) -> None:
        """New clips go to this folder from now on."""
        self.change("clips_folder", folder)

    def change(self, name: str, value: object) -> None:
        """Change the setting that has this name in the file, and save."""
        changes: dict[str, Any] = {name: value}
        before = self.clips_folder
        if name in LIMIT_KEYS:  # the user has decided
            changes["limits_unknown"] = False
        self._values = replace(self._values, **changes)
        self.changed.emit()
        if self.clips_folder != before:
            self.folder_changed.emit(before)
        if name in SPENDING_KEYS:
            self.prices_changed.emit()
        self._tasks.spawn(self.save(), "save the settings")

    def replace(self, values: Settings) -> None:
        """Take over values that only the window itself reads, such as its layout. `save` writes them."""
        self._values = values

    async def save(self) -> None:
        """Write the settings as they are. A disk that doesn't take them is logged."""
        try:
            async with self._lock:  # or an older state could be written over a newer one
                await asyncio.to_thread(self._file.write, self._values)
        except OSError as error:
            log.warning("the settings can't be saved: %s", error)
