"""The user's settings: read at the start, changed, kept in their file."""

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from psygnal import Signal
from PySide6.QtCore import QTimer

from kling_desktop.domain.library.clip_query import ClipGrouping, ClipQuery, ClipSort
from kling_desktop.domain.spending.limits import PriceSettings, start_of_day
from kling_desktop.store.settings import MONEY, Settings, SettingsFile
from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.shell.layout import Layout
from kling_desktop.ui.shell.main_window import MainWindow
from kling_desktop.ui.theme import Scheme, Theme

log = logging.getLogger(__name__)

_SETTLED_MS = 1000
_SCHEMES: Mapping[str, Scheme] = {"dark": "dark", "light": "light"}


class UserSettings:
    """Applies the theme and the window's place at once, and tells when money is counted otherwise.

    usual_folder: where clips go unless the user says otherwise.
    """

    money_changed = Signal()
    folder_changed = Signal(Path)
    """Clips go elsewhere from now on; where they went before."""

    def __init__(self, theme: Theme, window: MainWindow, file: SettingsFile, usual_folder: Path, tasks: Tasks) -> None:
        self._theme = theme
        self._window = window
        self._file = file
        self._usual_folder = usual_folder
        self._tasks = tasks
        self._settings = file.read()
        self._saving = asyncio.Lock()
        theme.force(_SCHEMES.get(self._settings.theme))
        window.library.show_appearance(self._settings.clip_size, as_list=self._settings.clips_listed)
        kept = self._settings
        window.restore_layout(Layout(kept.geometry, kept.splitter, kept.heights, kept.hidden, kept.below))
        self._settled = QTimer(window, singleShot=True, interval=_SETTLED_MS)
        self._settled.timeout.connect(self._keep_layout)
        window.layout_changed.connect(self._settled.start)

    @property
    def trouble(self) -> str:
        """Why the file could not be read; "" if it could."""
        return self._file.trouble

    @property
    def settings(self) -> Settings:
        """As they are now."""
        return self._settings

    @property
    def terms(self) -> PriceSettings:
        """What the user set about money, as it counts at this moment. May be asked from any thread."""
        settings = self._settings
        return PriceSettings(settings.caps, settings.own_prices, start_of_day(time.time()))

    @property
    def hold_seconds(self) -> float:
        return self._settings.hold_seconds

    @property
    def clip_names(self) -> str:
        """The template for the names of new clips; empty for the usual one."""
        return self._settings.clip_names

    @property
    def clips_folder(self) -> Path:
        return Path(self._settings.clips_folder or self._usual_folder)

    @property
    def order(self) -> ClipQuery:
        """All clips in the order, and under the headings, that they were in at last."""
        return ClipQuery(sort=ClipSort(self._settings.clip_sort), group=ClipGrouping(self._settings.clip_group))

    def use_order(self, query: ClipQuery) -> None:
        """Clips come in the order of this query from now on."""
        self._settings = replace(self._settings, clip_sort=query.sort, clip_group=query.group)

    def use_folder(self, folder: str) -> None:
        """Clips go there from now on."""
        self.change("clips_folder", folder)

    def change(self, name: str, value: object) -> None:
        """What has this name in the settings file is another from now on."""
        changes: dict[str, Any] = {name: value}
        before = self.clips_folder
        self._settings = replace(self._settings, **changes)
        self._theme.force(_SCHEMES.get(self._settings.theme))
        if self.clips_folder != before:
            self.folder_changed.emit(before)
        if name in MONEY:
            self.money_changed.emit()
        self._tasks.spawn(self._save(), "save the settings")

    async def close(self) -> None:
        """Keep the window's place for the next time."""
        self._settled.stop()
        self._settings = self._with_layout()
        await self._save()

    def _keep_layout(self) -> None:
        """At once, as an app that is killed has no time to."""
        if (settings := self._with_layout()) != self._settings:
            self._settings = settings
            self._tasks.spawn(self._save(), "save the layout")

    def _with_layout(self) -> Settings:
        now = self._window.layout_now()
        size, listed = self._window.library.appearance
        return replace(
            self._settings,
            geometry=now.geometry,
            splitter=now.widths,
            heights=now.heights,
            hidden=now.hidden,
            below=now.below,
            clip_size=size,
            clips_listed=listed,
        )

    async def _save(self) -> None:
        try:
            async with self._saving:  # or an older state could come to rest over a newer one
                await asyncio.to_thread(self._file.write, self._settings)
        except OSError as error:
            log.warning("the settings can't be saved: %s", error)
