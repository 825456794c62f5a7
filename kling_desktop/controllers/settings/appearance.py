"""The theme and the window's layout, applied from the settings and saved to them."""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QTimer

from kling_desktop.controllers.context import AppContext
from kling_desktop.store.settings import Settings
from kling_desktop.ui.shell.layout import Layout
from kling_desktop.ui.theme import Scheme

_AFTER_MS = 1000
_SCHEMES: Mapping[str, Scheme] = {"dark": "dark", "light": "light"}


class Appearance:
    """Saves the layout a second after its last change, as an app that is killed has no time to."""

    def __init__(self, context: AppContext) -> None:
        self._context = context
        self._settings = context.settings
        self._window = context.window
        values = self._settings.values
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

    def _apply_theme(self) -> None:
        self._context.theme.force(_SCHEMES.get(self._settings.values.theme))

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
