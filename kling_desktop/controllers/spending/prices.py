"""What was spent and what the next order costs, as the window shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.models import MODELS
from kling_desktop.domain.spending.limits import remaining_text
from kling_desktop.domain.spending.prices import CREDITS, NO_USER_PRICES, SNAPSHOT_PRICES, Cost, Quote, Totals
from kling_desktop.ui.shell.main_window import MainWindow

if TYPE_CHECKING:
    from kling_desktop.services.spending.spending import SpendingTracker

_A_LOOK_MS = 60_000
"""The day may end, and another process may spend."""


class PriceController:
    """Follows the spending of one session at a time."""

    def __init__(self, owner: QObject) -> None:
        self._spending: SpendingTracker | None = None
        self._window: MainWindow | None = None
        self._credits: int | None = None
        self._soon = QTimer(owner, interval=_A_LOOK_MS)
        self._soon.timeout.connect(self.look)

    def show_in(self, window: MainWindow) -> None:
        self._window = window
        self._soon.setParent(window)  # it ends with what it looks for, whatever else goes wrong

    def follow(self, spending: "SpendingTracker | None") -> None:
        """Show that one from now on; nothing without one."""
        if self._spending:
            self._spending.changed.disconnect(self._show)
        self._spending = spending
        self._credits = None
        if spending:
            spending.changed.connect(self._show)
            self._soon.start()
            spending.refresh()
        else:
            self._soon.stop()
        self._show()

    def look(self) -> None:
        """What was set about money has changed, or time has gone by."""
        if self._spending:
            self._spending.refresh()
        self._show()

    def show_balance(self, credits: int | None) -> None:
        """What is left on the account, in its own credits, None if it doesn't say."""
        self._credits = credits
        self._show()

    def quote_of(self, draft: Draft) -> Quote:
        """What Generate costs now, and what it leaves."""
        spending = self._spending
        prices = spending.prices if spending else SNAPSHOT_PRICES
        price = prices.of(draft)
        source = prices.source_of(draft)
        if price and price.unit != CREDITS and self._credits is not None:
            source += " The balance is in credits, so what this leaves of it can't be told."
        return Quote(price, source, *self.left_after([price] * draft.takes if price else []))

    @property
    def learned(self) -> Mapping[str, str]:
        """What a take costs unless the user sets it, by the names of those settings; an edit once one has told."""
        prices = replace(self._spending.prices if self._spending else SNAPSHOT_PRICES, user=NO_USER_PRICES)
        told = {
            f"price_{seconds}s": prices.of(Draft(duration=seconds))
            for model in MODELS.values()
            for seconds in model.durations
        }
        told["price_edit"] = prices.similar.get((True, Draft().duration))
        return {name: str(price) for name, price in told.items() if price}

    def left_after(self, prices: Sequence[Cost | None]) -> tuple[str, bool]:
        """What these leave of the nearest cap, or else of the balance, and whether that is more than there is."""
        if not self._spending or not prices:
            return "", False
        return remaining_text(self._spending.headroom_after(prices), self._credits, prices)

    def _show(self) -> None:
        if not self._window:
            return
        self._window.composer.show_price()
        if not self._spending:
            self._window.status.today.show_spent("", "", passed=False)
            return
        spent, waiting, cap = self._spending.spent.day, self._spending.pending, self._spending.limits.day
        words = f"Today {_today(spent, cap)}" if spent or cap else "Nothing spent today"
        told = [f"Spent today: {spent}. What isn't known yet counts as estimated."]
        if waiting:
            told.append(f"Waiting to be sent: about {waiting}.")
        told.append("Click for all that was spent.")
        passed = cap is not None and spent.of(cap.unit).amount > cap.amount
        self._window.status.today.show_spent(words, "\n".join(told), passed=passed)


def _today(spent: Totals, cap: Cost | None) -> str:
    """ "$3.02 of $10.00"; what was spent in another unit than the cap's beside it."""
    if cap is None:
        return str(spent)
    rest = [str(cost) for cost in spent if cost.unit != cap.unit]
    return " and ".join((f"{spent.of(cap.unit)} of {cap}", *rest))
