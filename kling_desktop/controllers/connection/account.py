"""The name and the balance of the connected account, and what is wrong with it."""

import asyncio
from collections.abc import Callable
from itertools import chain, repeat

from kling_desktop.api.key_check import KeyState, check_key
from kling_desktop.controllers.context import AppContext
from kling_desktop.domain.jobs.job import Job
from kling_desktop.session import Session
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message

_AGAIN = (15.0, 30.0, 60.0, 120.0, 300.0)
"""Seconds until the service is asked again while it can't be reached."""


class AccountController:
    """Asks the service at the start and whenever a job has ended, as it may have cost something.

    Args:
        model_name: The model that the account should include.
        show_balance: Is told what is left; None if the service doesn't say.
        change_key: Leads to another key.
    """

    def __init__(
        self,
        context: AppContext,
        session: Session,
        model_name: str,
        show_balance: Callable[[int | None], None],
        change_key: Callable[[], None],
    ) -> None:
        self._context = context
        self._session = session
        self._model_name = model_name
        self._show_balance = show_balance
        self._change_key = change_key
        self._state = KeyState.WORKS
        self._sentence = ""
        self._is_model_included = False
        self._asking: asyncio.Task[None] | None = None
        self._area = context.window.top.account
        context.connections.on(session.queue.events.changed, self._on_job_changed)
        context.connections.on(self._area.problem_clicked, self._explain)
        context.connections.on_close(lambda: self._area.show_problem(Tone.BAD, "", ""))
        self._refresh()

    def _on_job_changed(self, job: Job) -> None:
        if job.is_terminal:
            self._refresh()

    def _refresh(self) -> None:
        """Ask now, instead of when it would be asked again."""
        if self._asking:
            self._asking.cancel()
        self._asking = self._context.tasks.begin(self._ask_until_known(), "account")

    async def _ask_until_known(self) -> None:
        for seconds in chain(_AGAIN, repeat(_AGAIN[-1])):
            await self._ask()
            if self._state not in (KeyState.UNREACHABLE, KeyState.UNCLEAR):
                return
            await asyncio.sleep(seconds)

    async def _ask(self) -> None:
        result = await check_key(self._session.client, "" if self._is_model_included else self._model_name)
        self._is_model_included |= result.is_model_included
        if result.account:
            self._session.use_account(result.account)
            self._area.show_account(result.account.name, result.account.credits)
            self._show_balance(result.account.credits)
        is_new = result.state is not self._state
        self._state, self._sentence = result.state, result.message
        tone, words = self._summary()
        self._area.show_problem(tone, words, result.message if words else "")
        if is_new and result.state in (KeyState.WRONG, KeyState.NO_MODEL):
            self._context.messages.post(self._message())

    def _summary(self) -> tuple[Tone, str]:
        """The state in a few words; none if all is well."""
        match self._state:
            case KeyState.WRONG:
                return Tone.BAD, "Key refused"
            case KeyState.NO_MODEL:
                return Tone.BAD, f"{self._model_name} not included"
            case KeyState.UNREACHABLE:
                return Tone.ODD, "No connection"
            case KeyState.UNCLEAR:
                return Tone.ODD, "Account not checked"
        return Tone.OK, ""

    def _explain(self) -> None:
        self._context.messages.show_now(self._message())

    def _message(self) -> Message:
        if self._state in (KeyState.WRONG, KeyState.NO_MODEL):
            return Message(self._sentence, Tone.BAD, "Change the key", self._change_key, seconds=0)
        return Message(self._sentence, Tone.ODD, "Try again", self._refresh, seconds=0)
