"""The settings dialog. Whatever is changed in it takes effect at once."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from kling_desktop.controllers.context import AppContext
from kling_desktop.controllers.dialog_slot import DialogSlot
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.models import GenerationType, ModelSpec
from kling_desktop.domain.spending.prices import NO_USER_PRICES, Prices, price_key
from kling_desktop.store.settings import AMOUNT_KEYS
from kling_desktop.ui.settings.settings_dialog import SettingsDialog


class SettingsDialogController:
    """ask_for_key opens the key dialog."""

    def __init__(self, context: AppContext, model: ModelSpec, ask_for_key: Callable[[], None]) -> None:
        self._context = context
        self._model = model
        self._ask_for_key = ask_for_key
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
            text_size=values.text_size,
            motion=values.motion,
            hold=values.hold_seconds,
            folder=settings.clips_folder,
            naming=values.clip_names,
            unit=values.money_unit,
            limits_unknown=values.limits_unknown,
            amounts={name: getattr(values, name) for name in AMOUNT_KEYS},
            learned=default_prices(self._model, self._context.window.composer.sources.prices()),
        )
        dialog.changed.connect(settings.change)
        dialog.key_requested.connect(self._ask_for_key)
        self._slot.open(dialog)


def default_prices(model: ModelSpec, prices: Prices) -> Mapping[str, str]:
    """What a take costs unless the user sets a price, by setting. An edit is in it once one has been paid."""
    defaults = replace(prices, user=NO_USER_PRICES)
    costs = {
        f"price_{seconds}s": defaults.of(replace(Draft.for_model(model), duration=seconds))
        for seconds in model.durations
    }
    costs["price_edit"] = defaults.paid(price_key(Draft.for_model(model))._replace(type=GenerationType.EDIT))
    return {name: str(cost) for name, cost in costs.items() if cost}
