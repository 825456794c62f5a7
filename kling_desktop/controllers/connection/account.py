"""The name and the balance of the connected account."""

import logging
from collections.abc import Callable

from kling_desktop.controllers.context import AppContext
from kling_desktop.domain.errors import KlingError
from kling_desktop.domain.jobs.job import Job
from kling_desktop.session import Session

log = logging.getLogger(__name__)


class AccountController:
    """Asks the service at the start and whenever a job has ended, as it may have cost something.

    show_balance(credits) is told what is left; None if the service doesn't say.
    """

    def __init__(self, context: AppContext, session: Session, show_balance: Callable[[int | None], None]) -> None:
        self._context = context
        self._session = session
        self._show_balance = show_balance
        context.connections.on(session.queue.events.changed, self._on_job_changed)
        self._refresh()

    def _on_job_changed(self, job: Job) -> None:
        if job.is_terminal:
            self._refresh()

    def _refresh(self) -> None:
        self._context.tasks.spawn(self._show(), "account")

    async def _show(self) -> None:
        try:
            account = await self._session.get_account()
        except KlingError as error:
            log.info("the account can't be shown: %s", error)
            return
        self._context.window.top.show_account(account.name, account.credits)
        self._show_balance(account.credits)
