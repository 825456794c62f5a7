"""The settings dialog. Whatever is changed in it takes effect at once."""

from collections.abc import Callable, Mapping

from kling_desktop.controllers.context import AppContext
from kling_desktop.controllers.dialog_slot import DialogSlot
from kling_desktop.store.settings import AMOUNT_KEYS
from kling_desktop.ui.settings.settings_dialog import SettingsDialog


class SettingsDialogController:
    """ask_for_key opens the key dialog; default_prices() are the prices that count where the user sets none."""

    def __init__(
        self,
        context: AppContext,
        ask_for_key: Callable[[], None],
        default_prices: Callable[[], Mapping[str, str]],
    ) -> None:
        self._context = context
        self._ask_for_key = ask_for_key
        self._default_prices = default_prices
        self._slot = DialogSlot[SettingsDialog](context.connections)

    def open(self) -> None:
        """Open the dialog, unless it is open."""
        if self._slot.is_open:
            return
        settings = self._context.settings
        values = settings.values
        dialog = SettingsDialog(
            self._context.theme,
            self._context.window,
            scheme=values.theme,
            hold=values.hold_seconds,
            folder=settings.clips_folder,
            naming=values.clip_names,
            unit=values.money_unit,
            amounts={name: getattr(values, name) for name in AMOUNT_KEYS},
            learned=self._default_prices(),
        )
        dialog.changed.connect(settings.change)
        dialog.key_requested.connect(self._ask_for_key)
        self._slot.open(dialog)
