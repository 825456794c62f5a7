"""What today cost and what Generate will cost, as the window shows them."""

import time
from collections.abc import Sequence

from PySide6.QtCore import QTimer

from kling_desktop.controllers.context import AppContext
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.spending.limits import Remaining, remaining_text
from kling_desktop.domain.spending.prices import CREDITS, Cost, Prices, Quote, Totals
from kling_desktop.domain.text import list_and
from kling_desktop.services.spending.spending import SpendingTracker
from kling_desktop.ui.qt.day_timer import DayTimer

_EVERY_MS = 60_000
"""Another process may spend."""


class PriceController:
    """Follows the spending of the connected account."""

    def __init__(self, context: AppContext, spending: SpendingTracker) -> None:
        self._spending = spending
        self._window = context.window
        self._credits: int | None = None
        timer = QTimer(context.window)
        timer.setInterval(_EVERY_MS)
        context.connections.on_close(timer.deleteLater)
        context.connections.on_close(lambda: self._window.status.today.show_spent("", "", passed=False))
        context.connections.on(timer.timeout, self._refresh)
        context.connections.on(spending.changed, self._show)
        context.connections.on(context.settings.prices_changed, self._refresh)
        timer.start()
        day = DayTimer(time.time, context.window)
        context.connections.on_close(day.deleteLater)
        context.connections.on(day.day_changed, self._refresh)
        self._refresh()

    def prices(self) -> Prices:
        return self._spending.prices

    def show_balance(self, credits: int | None) -> None:
        """What is left on the account, in its own credits. None if the service doesn't say."""
        self._credits = credits
        self._show()

    def quote_of(self, draft: Draft) -> Quote:
        """What Generate costs now, and what it leaves."""
        prices = self._spending.prices
        price = prices.of(draft)
        source = prices.source_of(draft)
        if price and price.unit != CREDITS and self._credits is not None:
            source += " Your balance is in credits, so it can't be compared with this price."
        return Quote(price, source, *self.remaining_after([price] * draft.takes if price else []))

    def remaining_after(self, prices: Sequence[Cost | None]) -> Remaining:
        """What these leave of the nearest limit, or else of the balance, and whether that is more than there is."""
        if not prices:
            return Remaining()
        return remaining_text(self._spending.headroom_after(prices), self._credits, prices)

    def _refresh(self) -> None:
        self._spending.refresh()
        self._show()

    def _show(self) -> None:
        self._window.composer.show_price()
        spent, waiting, limit = self._spending.spent.day, self._spending.pending, self._spending.limits.day
        words = f"Today {_today(spent, limit)}" if spent or limit else "Nothing spent today"
        lines = [f"Spent today: {spent}. Costs that aren't known yet are estimated."]
        if waiting:
            lines.append(f"Waiting to be sent: about {waiting}.")
        lines.append("Click for a spending report.")
        passed = limit is not None and spent.of(limit.unit).amount > limit.amount
        self._window.status.today.show_spent(words, "\n".join(lines), passed=passed)


def _today(spent: Totals, limit: Cost | None) -> str:
    """ "$3.02 of $10.00"; next to it what was spent in another unit than the limit's."""
    if limit is None:
        return str(spent)
    rest = [str(cost) for cost in spent if cost.unit != limit.unit]
    return list_and((f"{spent.of(limit.unit)} of {limit}", *rest))
