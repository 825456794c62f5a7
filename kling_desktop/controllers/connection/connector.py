"""Connects the window to a service and disconnects it again, one session at a time."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from functools import partial

from kling_desktop.controllers.connection.connection import Connection
from kling_desktop.controllers.context import CONNECTING, AppContext
from kling_desktop.domain.errors import KlingError
from kling_desktop.domain.secret import Secret
from kling_desktop.domain.text import plural
from kling_desktop.services.composer.composer import Composer
from kling_desktop.session import Session
from kling_desktop.store.database import DamagedDatabase
from kling_desktop.store.database_repair import repair_database
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message

NO_KEY = "Add your API key first"
KEY_OR_SANDBOX = "Add your API key to begin, or try the sandbox without one."
NOT_CONNECTED = "Not connected. Try again"

Opening = Callable[[], AbstractAsyncContextManager[Session]]


class Connector:
    """Opens a session and enters what `work_on` makes for it. Both are left before the next session opens, and at the
    end.

    Args:
        show_disconnected: called when a session could not be opened.
        ask_for_key: leads to another key.
    """

    def __init__(
        self,
        context: AppContext,
        connection: Connection,
        composer: Composer,
        work_on: Callable[[Session], AbstractAsyncContextManager[object]],
        show_disconnected: Callable[[], None],
        ask_for_key: Callable[[], None],
    ) -> None:
        self._context = context
        self._connection = connection
        self._composer = composer
        self.work_on = work_on
        self._show_disconnected = show_disconnected
        self._ask_for_key = ask_for_key
        self._unblock: Callable[[], None] = _nothing
        self._lock = asyncio.Lock()
        self._session_stack = AsyncExitStack()

    def to_sandbox(self) -> None:
        self._connect(self._connection.open_sandbox, sandbox=True)

    def to_leonardo(self, key: Secret) -> None:
        self._connect(partial(self._connection.open_leonardo, key), sandbox=False)

    def show_connecting(self, *, sandbox: bool) -> None:
        """Let nothing be sent with the account that is left, as soon as the user has chosen another."""
        self._unblock = _nothing
        self._composer.send_blocker = CONNECTING
        window = self._context.window
        window.middle.close_clip()
        window.messages.drop_actions()
        window.show_sandbox(sandbox)
        window.top.account.show_account("", None)
        window.library.show_key_missing("")

    async def wait_for_key(self) -> None:
        """There is nothing to connect with: leave the session, and say so wherever it matters."""
        async with self._lock:
            self.show_connecting(sandbox=False)
            await self.leave()
            self._show_disconnected()
            self._unblock = self._ask_for_key
            self._composer.send_blocker = NO_KEY
            self._context.window.library.show_key_missing(KEY_OR_SANDBOX)

    def unblock(self) -> None:
        """Do what Generate waits for outside the form."""
        self._unblock()

    async def leave(self) -> None:
        """Close what works on the session, and the session."""
        await self._session_stack.aclose()

    def _connect(self, opening: Opening, *, sandbox: bool) -> None:
        self.show_connecting(sandbox=sandbox)
        self._context.tasks.spawn(self._change_session(opening, sandbox=sandbox), "connect", to_the_end=True)

    def _repair_and(self, connect: Callable[[], None]) -> None:
        self._context.tasks.spawn(self._repair(connect), "repair the database", to_the_end=True)

    async def _repair(self, connect: Callable[[], None]) -> None:
        repaired = await asyncio.to_thread(repair_database, self._context.folders)
        sentence = plural(
            repaired.jobs,
            one="The database is repaired with 1 job or clip. The damaged file is kept as {file}.",
            other="The database is repaired with {count} jobs and clips. The damaged file is kept as {file}.",
            file=repaired.kept.name,
        )
        connect()
        self._context.messages.post(Message(sentence, Tone.OK, seconds=0))

    async def _change_session(self, opening: Opening, *, sandbox: bool) -> None:
        async with self._lock:
            self.show_connecting(sandbox=sandbox)  # the attempt before this one may just have shown how it ended
            await self.leave()
            try:
                # Half-way, jobs may run already: nothing goes on that nobody can see.
                async with AsyncExitStack() as stack:
                    session = await stack.enter_async_context(opening())
                    await stack.enter_async_context(self.work_on(session))
                    self._session_stack = stack.pop_all()
            except KlingError as error:
                self._show_disconnected()
                again = self._unblock = partial(self._connect, opening, sandbox=sandbox)
                self._composer.send_blocker = NOT_CONNECTED
                label, action = "Try again", again
                if isinstance(error, DamagedDatabase):
                    label, action = "Repair", partial(self._repair_and, again)
                self._context.messages.post(Message(str(error), Tone.BAD, label, action, seconds=0))
                return
            self._composer.send_blocker = ""


def _nothing() -> None:
    """While connecting, Generate waits for nothing that the user could do."""
