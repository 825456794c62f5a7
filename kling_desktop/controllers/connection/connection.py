"""Sessions with the sandbox or with Leonardo, for as long as the window is connected."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from uuid import uuid4

from kling_desktop.domain.errors import UserError, os_error_reason
from kling_desktop.domain.secret import Secret
from kling_desktop.domain.spending.limits import PriceSettings
from kling_desktop.sandbox_process import SandboxProcess
from kling_desktop.services.poll_schedule import PollSchedule
from kling_desktop.session import SANDBOX_KEY, Service, Session
from kling_desktop.store.folders import Folders


class Connection:
    """Have one session at a time, and leave each: it closes files and ends the sandbox's process.

    Args:
        folders: Where the app's files are.
        profile: Whose jobs to open; another one from the next session on, if it is set.
        price_settings: The prices and spending limits that the user set.
        leonardo: The service that a key is for, if it isn't the usual one.
        sandbox_options: Further words for the sandbox's command line.
    """

    def __init__(
        self,
        folders: Folders,
        profile: str,
        price_settings: Callable[[], PriceSettings],
        leonardo: Service | None = None,
        sandbox_options: Sequence[str] = (),
    ) -> None:
        self._folders = folders
        self.profile = profile
        self._price_settings = price_settings
        self._run_name = uuid4().hex
        self._sandbox_options = sandbox_options
        self._in_sandbox = False
        self.leonardo = leonardo or Service.leonardo()

    @property
    def in_sandbox(self) -> bool:
        """Whether the sandbox is connected."""
        return self._in_sandbox

    @asynccontextmanager
    async def open_sandbox(self) -> AsyncIterator[Session]:
        """Start the sandbox and open its jobs.

        Raises:
            UserError: It can't be started, or the files of its jobs can't be opened.
        """
        await self._make_folders()
        process = await asyncio.to_thread(SandboxProcess, self._folders.sandbox, self._sandbox_options)
        try:
            self._in_sandbox = True
            async with self._open(Service.sandbox(process.base), SANDBOX_KEY) as session:
                yield session
        finally:
            self._in_sandbox = False
            await asyncio.to_thread(process.close)

    @asynccontextmanager
    async def open_leonardo(self, key: Secret) -> AsyncIterator[Session]:
        """Open the jobs of that key's account. Nothing is asked of the service itself.

        Raises:
            UserError: The files of the jobs can't be opened.
        """
        await self._make_folders()
        async with self._open(self.leonardo, key) as session:
            yield session

    async def _make_folders(self) -> None:
        try:
            await asyncio.to_thread(self._folders.ensure)
        except OSError as error:
            raise UserError(
                f"The folder {error.filename or self._folders.data} can't be used: {os_error_reason(error)}.",
                "Check that you can write to it and that the disk has free space.",
            ) from error

    @asynccontextmanager
    async def _open(self, service: Service, key: Secret) -> AsyncIterator[Session]:
        session = await Session.open(
            service,
            key,
            self._folders,
            profile=self.profile,
            submitted_from="window",
            schedule=PollSchedule(service.poll),
            price_settings=self._price_settings,
            run_name=self._run_name,
        )
        try:
            yield session
        finally:
            await session.close()
