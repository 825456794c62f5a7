"""What was spent, what waits to be, and what the next take is likely to cost: as of the last look into the ledger."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from psygnal import EmitLoopError, Signal

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.jobs.job import Cost
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.spending.limits import PriceSettings, SpendingLimits, Spent, headroom
from kling_desktop.domain.spending.prices import Prices, Totals
from kling_desktop.domain.spending.report import Charge
from kling_desktop.store.jobs.ledger import Ledger

T = TypeVar("T")

log = logging.getLogger(__name__)


class SpendingTracker:
    """The money of one service, and the prices of one profile there. `changed` tells that a look found it otherwise.

    ledger: on a connection of its own, which is read in a thread of its own. session: this run of the program.
    """

    changed = Signal()

    def __init__(
        self, ledger: Ledger, price_settings: Callable[[], PriceSettings], *, service: str, profile: str, run_name: str
    ) -> None:
        self._ledger = ledger
        self._terms = price_settings
        self._service, self._profile, self._session = service, profile, run_name
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="money on disk")
        self._looking: asyncio.Task[None] | None = None
        self._look_again = False
        self._closed = False
        self.prices = Prices()
        self.spent = Spent(Totals(), Totals())
        self.pending = Totals()

    @property
    def limits(self) -> SpendingLimits:
        return self._terms().limits

    @property
    def run_name(self) -> str:
        """The name of this run of the program in the ledger."""
        return self._session

    def estimate_price(self, draft: Draft) -> Cost | None:
        """What one take is likely to cost."""
        return self.prices.of(draft)

    def headroom_after(self, prices: Sequence[Cost | None]) -> tuple[Cost, str] | None:
        """What the nearest cap leaves once these are paid, and all that waits (domain/caps.py)."""
        spent = Spent(self.spent.day + self.pending, self.spent.session + self.pending)
        return headroom(self.limits, spent, prices)

    def refresh(self, _news: object = None) -> None:
        """Look again soon. Whatever happens meanwhile is seen by one more look, not by one each."""
        self._look_again = True
        if self._looking is None and not self._closed:
            self._looking = asyncio.get_running_loop().create_task(self._look(), name="look at the money")

    async def refresh_now(self) -> None:
        """Return once what is known here is as it is on disk."""
        terms = self._terms()
        prices, spent, waiting = await self._on_disk(partial(self._read, terms))
        if (prices, spent, waiting) != (self.prices, self.spent, self.pending):
            self.prices, self.spent, self.pending = prices, spent, waiting
            try:
                self.changed.emit()
            except EmitLoopError:
                log.exception("showing what was spent failed")

    async def list_charges(self, since: float = 0.0) -> list[Charge]:
        """All that was sent since then, newest first."""
        return await self._on_disk(partial(self._ledger.charges, self._service, since))

    async def close(self) -> None:
        self._closed = True
        if self._looking:
            await asyncio.wait({self._looking})
        await asyncio.to_thread(self._disk.shutdown)

    async def _look(self) -> None:
        try:
            while self._look_again and not self._closed:
                self._look_again = False
                await self.refresh_now()
        except UserError as error:  # shown as it was; the next news looks again
            log.info("what was spent can't be read: %s", error)
        finally:
            self._looking = None

    def _read(self, terms: PriceSettings) -> tuple[Prices, Spent, Totals]:
        prices = self._ledger.prices(self._service, self._profile, terms.user_prices)
        spent = self._ledger.spent(self._service, self._session, terms.day_start)
        return prices, spent, self._ledger.pending_total(self._service)

    async def _on_disk(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._disk, call)
