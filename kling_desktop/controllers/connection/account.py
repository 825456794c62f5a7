"""Whose account is connected and what is left on it, over the window and beside the price."""

import logging
from typing import TYPE_CHECKING

from kling_desktop.controllers.spending.prices import PriceController
from kling_desktop.domain.errors import KlingError
from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.shell.top_bar import TopBar

if TYPE_CHECKING:
    from kling_desktop.session import Session

log = logging.getLogger(__name__)


class AccountController:
    """Asks the service of one session at a time."""

    def __init__(self, top: TopBar, money: PriceController, tasks: Tasks) -> None:
        self._top = top
        self._money = money
        self._tasks = tasks
        self._session: Session | None = None

    def follow(self, session: "Session | None") -> None:
        self._session = session
        self.look()

    def look(self) -> None:
        """Something has ended that may have cost something."""
        if self._session:
            self._tasks.spawn(self._ask(self._session), "account")

    async def _ask(self, session: "Session") -> None:
        try:
            account = await session.get_account()
        except KlingError as error:
            log.info("the account can't be shown: %s", error)
            return
        if session is self._session:
            self._top.show_account(account.name, account.credits)
            self._money.show_balance(account.credits)
