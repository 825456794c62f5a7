"""One connection to a service with everything that stands on it: the window and the command line use the same."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack, ExitStack, closing
from dataclasses import dataclass
from functools import partial
from typing import Self

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
from kling_desktop.services.library.remote_clips import RemoteClips
from kling_desktop.services.library.trash import Trash
from kling_desktop.services.poll_schedule import PollSchedule
from kling_desktop.services.spending.spending import SpendingTracker
from kling_desktop.store.database import open_connection, open_database, write_clean_marker
from kling_desktop.store.folders import Folders
from kling_desktop.store.jobs.job_journal import JobJournal
from kling_desktop.store.jobs.job_store import JobStore
from kling_desktop.store.jobs.ledger import Ledger
from kling_desktop.store.jobs.process_lock import ProcessLock
from kling_desktop.store.library.clip_files import has_clips_in
from kling_desktop.store.library.clip_store import ClipStore
from kling_desktop.store.library.trash import FileTrash

SANDBOX = "sandbox"
SANDBOX_KEY = Secret("5a4db0c5-0000-1000-8000-00005a4db0c5")
"""Made up; the sandbox takes any key of the right shape."""
_SANDBOX_POLL = 1.0


@dataclass(frozen=True, slots=True)
class Service:
    """A service to connect to.

    Attributes:
        name: What jobs remember; the sandbox's URL is another one at each start.
        base: The base URL.
        poll: Seconds between two questions; None is the usual schedule.
    """

    name: str
    base: str
    poll: float | None = None

    @classmethod
    def leonardo(cls) -> Self:
        return cls(LEONARDO_BASE, LEONARDO_BASE)

    @classmethod
    def sandbox(cls, base: str) -> Self:
        return cls(SANDBOX, base, _SANDBOX_POLL)

    @property
    def is_sandbox(self) -> bool:
        return self.name == SANDBOX


@dataclass(frozen=True, slots=True)
class Session:
    """The services of one connection, for one profile. Close it at the end.

    restored_jobs: how many jobs the database had lost and were put back.
    """

    service: Service
    client: Client
    queue: JobQueue
    library: Library
    remote_clips: RemoteClips
    trash: Trash
    spending: SpendingTracker
    id_lookup: IdLookup
    restored_jobs: int
    _exit_stack: AsyncExitStack

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
    ) -> Self:
        """Open the database and everything on it. The queue runs nothing until it is started.

        Args:
            service: Where to connect to.
            key: The API key.
            folders: Where data lies.
            profile: Whose jobs and clips.
            submitted_from: "window" or "render", for the jobs submitted here.
            schedule: When to ask the service.
            price_settings: Returns what the user has set about money.
            run_name: This run of the program in the ledger, where it opens several sessions.

        Raises:
            UserError: The folders or the database can't be used.
        """
        lock, stores = await asyncio.to_thread(_open_stores, folders, price_settings, run_name)
        saver = ClipSaver(folders.posters, has_clips_in=partial(has_clips_in, folders.database))
        client = Client(service.base, key)
        queue = JobQueue(
            client,
            stores.jobs,
            lock,
            saver,
            service=service.name,
            profile=profile,
            submitted_from=submitted_from,
            schedule=schedule,
        )
        library = Library(
            stores.clips_read, stores.clips_written, stores.clips_scanned, service=service.name, profile=profile
        )
        queue.events.changed.connect(library.on_job_changed)
        trash = Trash(library, FileTrash())
        spending = SpendingTracker(
            stores.ledger, price_settings, service=service.name, profile=profile, run_name=run_name or lock.name
        )
        queue.events.changed.connect(spending.refresh)
        exit_stack = AsyncExitStack()  # the last one closes first
        exit_stack.callback(lock.close)
        exit_stack.push_async_callback(asyncio.to_thread, write_clean_marker, folders.database)
        for close in (client.aclose, spending.close, library.close, trash.close, queue.close):
            exit_stack.push_async_callback(close)
        return cls(
            service,
            client,
            queue,
            library,
            RemoteClips(client, saver, library),
            trash,
            spending,
            IdLookup(client, folders.cache / "looked up"),
            stores.restored_jobs,
            exit_stack,
        )

    async def get_account(self) -> Account:
        """Return whose account it is and what is left on it. From now on the queue uses all its slots."""
        account = await self.client.get_account()
        self.use_account(account)
        return account

    def use_account(self, account: Account) -> None:
        """Use all the slots of an account that was just asked for."""
        if account.concurrent_jobs:
            self.queue.pending.set_slots(account.concurrent_jobs)

    async def close(self) -> None:
        """Close everything; jobs can be resumed by the next session."""
        await self._exit_stack.aclose()


@dataclass(frozen=True, slots=True)
class _Stores:
    """Each on a connection of its own."""

    jobs: JobStore
    clips_read: ClipStore
    clips_written: ClipStore
    clips_scanned: ClipStore
    ledger: Ledger
    restored_jobs: int


def _open_stores(
    folders: Folders, price_settings: Callable[[], PriceSettings], run_name: str
) -> tuple[ProcessLock, _Stores]:
    """Blocks."""
    try:
        folders.ensure()
        lock = ProcessLock(folders.process_locks)
    except OSError as error:
        raise UserError(
            f"The folder {error.filename} can't be used: {os_error_reason(error)}.", "Check that you can write to it."
        ) from error
    with ExitStack() as opened:
        opened.callback(lock.close)
        jobs = opened.enter_context(closing(open_database(folders.database)))
        store = JobStore(jobs, price_settings, run_name or lock.name, JobJournal(folders.job_journal))
        restored = store.restore_lost()
        ClipStore(jobs).create_missing_clips()
        clips_read, clips_written, clips_scanned, ledger = (
            opened.enter_context(closing(open_connection(folders.database, read_only=read_only)))
            for read_only in (True, False, True, True)
        )
        opened.pop_all()  # they stay open: each belongs to the service that gets its store
    return lock, _Stores(
        store,
        ClipStore(clips_read),
        ClipStore(clips_written),
        ClipStore(clips_scanned),
        Ledger(ledger),
        restored,
    )
