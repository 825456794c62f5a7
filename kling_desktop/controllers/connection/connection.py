"""The service that the window is connected to, one at a time, and the sandbox's process while it is that one."""

import asyncio
from collections.abc import Callable, Sequence
from uuid import uuid4

from kling_desktop.domain.errors import UserError, os_error_reason
from kling_desktop.domain.secret import Secret
from kling_desktop.domain.spending.limits import PriceSettings
from kling_desktop.sandbox_process import SandboxProcess
from kling_desktop.services.poll_schedule import PollSchedule
from kling_desktop.session import SANDBOX_KEY, Service, Session
from kling_desktop.store.folders import Folders


class Connection:
    """Each call waits for the one before it. Let it come to its end, or a process or a file stays open.

    terms: what the user set about money. leonardo: the service that a key is for. sandbox_options: further words for
    the sandbox's command line.
    """

    def __init__(
        self,
        folders: Folders,
        profile: str,
        terms: Callable[[], PriceSettings],
        leonardo: Service | None = None,
        sandbox_options: Sequence[str] = (),
    ) -> None:
        self._folders = folders
        self._profile = profile
        self._terms = terms
        self._run = uuid4().hex
        self._leonardo = leonardo
        self._sandbox_options = sandbox_options
        self._session: Session | None = None
        self._child: SandboxProcess | None = None
        self._turn = asyncio.Lock()

    @property
    def leonardo(self) -> Service:
        return self._leonardo or Service.leonardo()

    @property
    def in_sandbox(self) -> bool:
        """Whether it is the sandbox that is connected."""
        return self._session is not None and self._session.service.is_sandbox

    async def to_sandbox(self) -> Session:
        """Start the sandbox and open its jobs; UserError says why it can't be."""
        async with self._turn:
            await self._make_room()
            self._child = await asyncio.to_thread(SandboxProcess, self._folders.sandbox, self._sandbox_options)
            return await self._open(Service.sandbox(self._child.base), SANDBOX_KEY)

    async def to_leonardo(self, key: Secret) -> Session:
        """Open the jobs of that key's account; UserError as above. The service itself isn't asked for anything."""
        async with self._turn:
            await self._make_room()
            return await self._open(self.leonardo, key)

    async def close(self) -> None:
        """End its jobs, resumably, then the sandbox."""
        async with self._turn:
            await self._end()

    async def _make_room(self) -> None:
        await self._end()
        try:
            await asyncio.to_thread(self._folders.ensure)
        except OSError as error:
            raise UserError(
                f"The folder {error.filename or self._folders.data} can't be used: {os_error_reason(error)}.",
                "Check that you can write to it and that the disk has free space.",
            ) from error

    async def _open(self, service: Service, key: Secret) -> Session:
        self._session = await Session.open(
            service,
            key,
            self._folders,
            profile=self._profile,
            submitted_from="window",
            schedule=PollSchedule(service.poll),
            price_settings=self._terms,
            run_name=self._run,
        )
        return self._session

    async def _end(self) -> None:
        session, self._session = self._session, None
        if session:
            await session.close()
        child, self._child = self._child, None
        if child:
            await asyncio.to_thread(child.close)
