"""How the window comes to a session and leaves it again: one at a time, with all who work on it."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from kling_desktop.controllers.connection.billing import open_billing
from kling_desktop.controllers.connection.connection import Connection
from kling_desktop.controllers.shell import CONNECTING
from kling_desktop.domain.errors import KlingError, RefusalReason
from kling_desktop.domain.jobs.actions import JobAction, Offer
from kling_desktop.domain.jobs.failure_catalog import REFUSALS
from kling_desktop.domain.secret import Secret
from kling_desktop.services.composer.composer import Composer
from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.shell.main_window import MainWindow
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message

if TYPE_CHECKING:
    from kling_desktop.session import Session

NO_KEY = "Add your API key first"
KEY_OR_SANDBOX = "Add your API key to begin, or try the sandbox without one."
NOT_CONNECTED = "Not connected. Try again"

Opening = Callable[[], "Coroutine[Any, Any, Session]"]


class Follower(Protocol):
    """One who works on a session, on one at a time."""

    async def follow(self, session: "Session") -> None:
        """Work on this one from now on."""

    async def leave(self) -> None:
        """Do nothing any more with the one that was followed, if any; nothing of it is under way afterwards."""


class Connector:
    """Opens a session, starts its queue and has the followers follow it, in their order; before the next one comes, and
    at the end, they leave.

    not_connected is called when a session could not be opened; ask_for_key leads to another key.
    """

    def __init__(
        self,
        connection: Connection,
        composer: Composer,
        window: MainWindow,
        tasks: Tasks,
        followers: Sequence[Follower],
        not_connected: Callable[[], None],
        ask_for_key: Callable[[], None],
    ) -> None:
        self._connection = connection
        self._composer = composer
        self._window = window
        self._tasks = tasks
        self._followers = followers
        self._not_connected = not_connected
        self._ask_for_key = ask_for_key
        self._mend: Callable[[], None] | None = None
        self._one_at_a_time = asyncio.Lock()
        self.session: Session | None = None

    def to_sandbox(self) -> None:
        self._connect(self._connection.to_sandbox, sandbox=True)

    def to_leonardo(self, key: Secret) -> None:
        self._connect(partial(self._connection.to_leonardo, key), sandbox=False)

    def wait_for_key(self) -> None:
        """There is nothing to connect with: say so wherever it matters."""
        self._mend = self._ask_for_key
        self._composer.send_blocker = NO_KEY
        self._window.top.show_key_missing(True)
        self._window.library.show_key_missing(KEY_OR_SANDBOX)

    def clear_the_way(self) -> None:
        """Do what Generate waits for beside the form."""
        if self._mend:
            self._mend()

    async def leave(self) -> None:
        """Nobody does anything with a session any more."""
        self.session = None
        for follower in self._followers:
            await follower.leave()

    def _connect(self, opening: Opening, *, sandbox: bool) -> None:
        self._show_connecting(sandbox=sandbox)
        self._tasks.spawn(self._change_over(opening, sandbox=sandbox), "connect", to_the_end=True)

    def _show_connecting(self, *, sandbox: bool) -> None:
        self._mend = None
        self._composer.send_blocker = CONNECTING
        window = self._window
        window.messages.drop_actions()
        window.top.show_key_missing(False)
        window.top.show_sandbox(sandbox)
        window.top.show_account("", None)
        window.library.show_key_missing("")

    async def _change_over(self, opening: Opening, *, sandbox: bool) -> None:
        async with self._one_at_a_time:
            self._show_connecting(sandbox=sandbox)  # the one before this may just have told how it ended
            await self.leave()
            try:
                session = await opening()
                session.queue.events.sending_stopped.connect(self._tell_stopped)
                await session.queue.start(learn=False)
                self.session = session
                for follower in self._followers:
                    await follower.follow(session)
            except KlingError as error:
                # Half-way, some may follow it already, and its queue may carry: nothing goes that nobody can see.
                await self.leave()
                await self._connection.close()
                self._not_connected()
                again = self._mend = partial(self._connect, opening, sandbox=sandbox)
                self._composer.send_blocker = NOT_CONNECTED
                self._window.messages.post(Message(str(error), Tone.BAD, "Try again", again, seconds=0))
                return
            self._composer.send_blocker = ""

    def _tell_stopped(self, why: RefusalReason) -> None:
        """Say once that nothing more is sent, and offer what may put it right."""
        info = REFUSALS[why]
        act = self._ask_for_key if info.recovery[0] is JobAction.CHANGE_KEY else open_billing
        label = Offer(info.recovery[0]).label
        self._window.messages.post(Message(info.halts_queue_message, Tone.BAD, label, act, seconds=0))
