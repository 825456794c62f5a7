"""One service, one profile, one queue: what window and commands both stand on, built once and closed in order."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kling_desktop.api.base_url import LEONARDO_BASE
from kling_desktop.api.client import Client
from kling_desktop.domain.errors import UserError, os_error_reason
from kling_desktop.domain.jobs.generation import Account
from kling_desktop.domain.secret import Secret
from kling_desktop.domain.spending.limits import PriceSettings
from kling_desktop.services.clips.clip_saver import ClipSaver
from kling_desktop.services.composer.id_lookup import IdLookup
from kling_desktop.services.jobs.job_queue import JobQueue
from kling_desktop.services.library.library import Library
from kling_desktop.services.library.trash import Trash
from kling_desktop.services.poll_schedule import PollSchedule
from kling_desktop.services.spending.spending import SpendingTracker
from kling_desktop.store.database import open_connection, open_database, write_clean_marker
from kling_desktop.store.folders import Folders
from kling_desktop.store.jobs.job_store import JobStore
from kling_desktop.store.jobs.ledger import Ledger
from kling_desktop.store.jobs.process_lock import ProcessLock
from kling_desktop.store.library.clip_store import ClipStore
from kling_desktop.store.library.trash import FileTrash

SANDBOX = "sandbox"
_SANDBOX_POLL = 1.0
SANDBOX_KEY = Secret("5a4db0c5-0000-1000-8000-00005a4db0c5")
"""Made up; the sandbox takes any key of the right shape."""


@dataclass(frozen=True, slots=True)
class Service:
    """Who is asked. name is what jobs remember (the sandbox's address changes at each start), base its address.

    poll: seconds between two questions, where it isn't asked by the usual schedule.
    """

    name: str
    base: str
    poll: float | None = None

    @classmethod
    def leonardo(cls) -> "Service":
        return cls(LEONARDO_BASE, LEONARDO_BASE)

    @property
    def is_sandbox(self) -> bool:
        return self.name == SANDBOX


class SandboxProcess:
    """The sandbox as a child of this process: it ends when this one does, however that is."""

    def __init__(self, data: Path, options: Sequence[str] = ()) -> None:
        """Starts it; blocking until it listens. UserError if it doesn't come up."""
        self._child = subprocess.Popen(
            [sys.executable, "-m", "kling_desktop.sandbox", "--data", str(data), "--until-stdin-closes", *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # A Ctrl-C in the terminal is this process's to handle: jobs are still being carried while it closes.
            start_new_session=True,
        )
        assert self._child.stdout is not None
        base = ""
        try:
            base = self._child.stdout.readline().strip()
        finally:
            if not base:  # it ended, or the user did not want to wait
                self.close()
        if not base:
            raise UserError("The sandbox did not start.", "Try `kling-desktop sandbox` to see why.")
        self.service = Service(SANDBOX, base, _SANDBOX_POLL)

    def close(self) -> None:
        """Blocking until it has ended."""
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._child.stdin.close()
        try:
            self._child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._child.stdout.close()


@dataclass(frozen=True, slots=True)
class Session:
    """The client of a service, the queue of its jobs, the clips they became, what they cost, and what the service tells
    about IDs."""

    service: Service
    client: Client
    queue: JobQueue
    library: Library
    trash: Trash
    spending: SpendingTracker
    id_lookup: IdLookup
    _owner: ProcessLock
    _connections: tuple[sqlite3.Connection, ...]
    _database: Path

    @classmethod
    async def open(
        cls,
        service: Service,
        key: Secret,
        folders: Folders,
        *,
        profile: str,
        submitted_from: str,
        schedule: PollSchedule,
        price_settings: Callable[[], PriceSettings] = PriceSettings,
        run_name: str = "",
    ) -> "Session":
        """Open the database and everything on it; the queue carries nothing until it is started.

        terms: what the user set about money, as it is at the moment of the call. run: the name of this run of
        the program in the ledger, where it opens several of these.
        """

        def on_disk() -> tuple[tuple[sqlite3.Connection, ...], ProcessLock]:
            try:
                folders.ensure()
                owner = ProcessLock(folders.process_locks)
            except OSError as error:
                advice = "Check that you may write there."
                raise UserError(
                    f"The folder {error.filename} can't be used: {os_error_reason(error)}.", advice
                ) from error
            opened: list[sqlite3.Connection] = []
            try:
                opened.append(open_database(folders.database))
                ClipStore(opened[0]).create_missing_clips()
                opened.append(open_connection(folders.database, read_only=True))
                opened.append(open_connection(folders.database))
                opened.append(open_connection(folders.database, read_only=True))
                opened.append(open_connection(folders.database, read_only=True))
            except UserError:
                for connection in opened:
                    connection.close()
                owner.close()
                raise
            return tuple(opened), owner

        connections, owner = await asyncio.to_thread(on_disk)
        for_jobs, to_read, to_write, to_survey, for_money = connections
        client = Client(service.base, key)
        queue = JobQueue(
            client,
            JobStore(for_jobs, price_settings, run_name or owner.name),
            owner,
            ClipSaver(folders.posters),
            service=service.name,
            profile=profile,
            submitted_from=submitted_from,
            schedule=schedule,
        )
        clips = (ClipStore(connection) for connection in (to_read, to_write, to_survey))
        library = Library(*clips, service=service.name, profile=profile)
        queue.events.changed.connect(library.on_job_changed)
        binning = Trash(library, FileTrash())
        spending = SpendingTracker(
            Ledger(for_money), price_settings, service=service.name, profile=profile, run_name=run_name or owner.name
        )
        queue.events.changed.connect(spending.refresh)
        lookups = IdLookup(client, folders.cache / "looked up")
        return cls(service, client, queue, library, binning, spending, lookups, owner, connections, folders.database)

    async def get_account(self) -> Account:
        """Whose it is and what is left on it; from now on as many jobs go at once as it has room for."""
        account = await self.client.get_account()
        if account.concurrent_jobs:
            self.queue.pending.set_slots(account.concurrent_jobs)
        return account

    async def close(self) -> None:
        await self.queue.close()
        await self.trash.close()
        await self.library.close()
        await self.spending.close()
        await self.client.aclose()
        for connection in self._connections:
            connection.close()
        await asyncio.to_thread(write_clean_marker, self._database)
        self._owner.close()
