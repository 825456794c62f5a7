"""What was spent, what the pending jobs will cost, and what the next take is likely to cost."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from psygnal import EmitLoopError, Signal

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.jobs.job import Cost
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.spending.limits import Headroom, PriceSettings, SpendingLimits, Spent, headroom
from kling_desktop.domain.spending.prices import Prices, Totals
from kling_desktop.domain.spending.report import Charge
from kling_desktop.store.jobs.ledger import Ledger
from kling_desktop.store.threads import DatabaseThread

log = logging.getLogger(__name__)


class SpendingTracker:
    """The money spent at one service, and the prices of one profile there, as of the last look into the ledger.

    Attributes:
        changed: Emitted when a refresh has found other figures.
        prices: What takes cost.
        spent: Today, and in this run of the program.
        pending: What the pending jobs are likely to cost.
        run_name: This run of the program in the ledger.
    """

    changed = Signal()

    def __init__(
        self,
        ledger: Ledger,
        price_settings: Callable[[], PriceSettings],
        *,
        service: str,
        profile: str,
        run_name: str,
    ) -> None:
        """Track nothing until the first refresh.

        Args:
            ledger: On a connection of its own, which is closed with the tracker.
            price_settings: Returns what the user has set about money.
            service: The service.
            profile: The profile.
            run_name: This run of the program in the ledger.
        """
        self.run_name = run_name
        self.prices = Prices()
        self.spent = Spent(Totals(), Totals())
        self.pending = Totals()
        self._ledger = ledger
        self._price_settings = price_settings
        self._service, self._profile = service, profile
        self._database = DatabaseThread(ledger.connection, "money on disk")
        self._refreshing: asyncio.Task[None] | None = None
        self._is_stale = False
        self._is_closed = False

    @property
    def limits(self) -> SpendingLimits:
        return self._price_settings().limits

    def estimate_price(self, draft: Draft) -> Cost | None:
        """What one take is likely to cost."""
        return self.prices.of(draft)

    def headroom_after(self, prices: Sequence[Cost | None]) -> Headroom | None:
        """What the nearest limit leaves once these and all pending jobs are paid; see domain/spending/limits.py."""
        spent = Spent(self.spent.day + self.pending, self.spent.session + self.pending)
        return headroom(self.limits, spent, prices)

    def refresh(self, _changed_job: object = None) -> None:
        """Refresh soon. However much changes meanwhile takes one more refresh, not one each."""
        self._is_stale = True
        if self._refreshing is None and not self._is_closed:
            self._refreshing = asyncio.get_running_loop().create_task(self._refresh(), name="refresh spending")

    async def refresh_now(self) -> None:
        """Return once the figures are as they are on disk."""
        prices, spent, pending = await self._database.run(self._read, self._price_settings())
        if (prices, spent, pending) != (self.prices, self.spent, self.pending):
            self.prices, self.spent, self.pending = prices, spent, pending
            try:
                self.changed.emit()
            except EmitLoopError as error:  # its own words list local variables
                log.error("A listener of the spending failed", exc_info=error.__cause__)

    async def list_charges(self, since: float = 0.0) -> list[Charge]:
        """Return all that was sent since then, newest first."""
        return await self._database.run(self._ledger.charges, self._service, since)

    async def close(self) -> None:
        self._is_closed = True
        if self._refreshing:
            await asyncio.wait({self._refreshing})
        await self._database.close()

    async def _refresh(self) -> None:
        try:
            while self._is_stale and not self._is_closed:
                self._is_stale = False
                await self.refresh_now()
        except UserError as error:  # the old figures stay; the next change refreshes again
            log.info("The spending can't be read: %s", error)
        finally:
            self._refreshing = None

    def _read(self, settings: PriceSettings) -> tuple[Prices, Spent, Totals]:
        prices = self._ledger.prices(self._service, self._profile, settings.user_prices)
        spent = self._ledger.spent(self._service, self.run_name, settings.day_start)
        return prices, spent, self._ledger.pending_total(self._service)
