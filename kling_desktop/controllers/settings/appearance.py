"""The theme and the window's layout, applied from the settings and saved to them."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication

from kling_desktop.controllers.context import AppContext
from kling_desktop.store.settings import Settings
from kling_desktop.ui.shell.layout import Layout
from kling_desktop.ui.theme import Scheme

if TYPE_CHECKING:
    from kling_desktop.ui.theme.desktop_preferences import DesktopPreferences

_AFTER_MS = 1000
_SCHEMES: Mapping[str, Scheme] = {"dark": "dark", "light": "light"}


class Appearance:
    """Saves the layout a second after its last change, as an app that is killed has no time to."""

    def __init__(self, context: AppContext) -> None:
        self._context = context
        self._settings = context.settings
        self._window = context.window
        values = self._settings.values
        self._desktop: DesktopPreferences | None = None  # until it has answered
        self._apply_theme()
        self._window.library.show_appearance(values.clip_size, as_list=values.clips_listed)
        self._window.restore_layout(
            Layout(values.geometry, values.splitter, values.heights, values.hidden, values.below)
        )
        self._settings.changed.connect(self._apply_theme)
        self._timer = QTimer(self._window, singleShot=True)
        self._timer.setInterval(_AFTER_MS)
        self._timer.timeout.connect(self._save_layout)
        self._window.layout_changed.connect(self._timer.start)

    async def close(self) -> None:
        """Save the layout for the next start."""
        self._timer.stop()
        self._settings.replace(self._with_layout())
        await self._settings.save()

    def follow_desktop(self) -> None:
        """Ask the desktop what its user prefers, now and whenever the app is used again."""
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        self._context.connections.on(app.applicationStateChanged, self._ask_when_active)
        self._context.tasks.spawn(self._ask_desktop(), "ask the desktop what its user prefers")

    def _ask_when_active(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self._context.tasks.spawn(self._ask_desktop(), "ask the desktop what its user prefers")

    async def _ask_desktop(self) -> None:
        from kling_desktop.ui.theme.desktop_preferences import read_preferences  # the first paint does without

        self._desktop = await asyncio.to_thread(read_preferences)
        # X11 has applied it to the screen's resolution, and so to everything, already.
        is_applied = QGuiApplication.platformName() == "xcb"
        theme = self._context.theme
        theme.follow_text_scale(1.0 if is_applied else self._desktop.text_factor)
        theme.ask_for_contrast(self._desktop.has_high_contrast)
        self._apply_motion()

    def _apply_theme(self) -> None:
        values, theme = self._settings.values, self._context.theme
        theme.force(_SCHEMES.get(values.theme))
        theme.scale_text(values.text_size / 100 if values.text_size else None)
        self._apply_motion()

    def _apply_motion(self) -> None:
        """Nothing moves until the desktop has answered."""
        is_wanted = self._desktop is not None and not self._desktop.reduces_motion
        self._context.theme.motion.show_movement(is_wanted and self._settings.values.motion != "reduced")

    def _save_layout(self) -> None:
        if (values := self._with_layout()) != self._settings.values:
            self._settings.replace(values)
            self._context.tasks.spawn(self._settings.save(), "save the layout")

    def _with_layout(self) -> Settings:
        layout = self._window.layout_now()
        size, as_list = self._window.library.appearance
        return replace(
            self._settings.values,
            geometry=layout.geometry,
            splitter=layout.widths,
            heights=layout.heights,
            hidden=layout.hidden,
            below=layout.below,
            clip_size=size,
            clips_listed=as_list,
        )
