"""The dialog of the settings: what is changed in it counts at once."""

from collections.abc import Callable, Mapping

from kling_desktop.controllers.settings.settings import UserSettings
from kling_desktop.store.settings import AMOUNTS
from kling_desktop.ui.settings.settings_dialog import SettingsDialog
from kling_desktop.ui.shell.main_window import MainWindow
from kling_desktop.ui.theme import Theme


class SettingsDialogController:
    """One dialog at a time. ask_for_key leads to the key; learned() tells what counts where no price is set."""

    def __init__(
        self,
        theme: Theme,
        window: MainWindow,
        preferences: UserSettings,
        ask_for_key: Callable[[], None],
        learned: Callable[[], Mapping[str, str]],
    ) -> None:
        self._theme = theme
        self._window = window
        self._preferences = preferences
        self._ask_for_key = ask_for_key
        self._learned = learned
        self._dialog: SettingsDialog | None = None

    def ask(self) -> None:
        """Open the dialog, unless it is open."""
        if self._dialog is not None:
            return
        settings = self._preferences.settings
        dialog = self._dialog = SettingsDialog(
            self._theme,
            self._window,
            scheme=settings.theme,
            hold=settings.hold_seconds,
            folder=self._preferences.clips_folder,
            naming=settings.clip_names,
            unit=settings.money_unit,
            amounts={name: getattr(settings, name) for name in AMOUNTS},
            learned=self._learned(),
        )
        dialog.changed.connect(self._preferences.change)
        dialog.key_requested.connect(self._ask_for_key)
        dialog.finished.connect(self._forget_dialog)
        dialog.open()

    def close(self) -> None:
        if self._dialog:
            self._dialog.reject()

    def _forget_dialog(self) -> None:
        if self._dialog:
            self._dialog.deleteLater()
            self._dialog = None
