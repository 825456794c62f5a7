"""A desk to work at: the real queue, client, database and sandbox, with a clock that goes only when all wait."""

import asyncio
import heapq
import itertools
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from PIL import Image
from starlette.applications import Starlette

from kling_desktop.api.client import Client
from kling_desktop.domain.errors import RefusalReason
from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.secret import Secret
from kling_desktop.domain.spending.limits import PriceSettings
from kling_desktop.sandbox.world import World
from kling_desktop.services.clips.clip_saver import ClipSaver, free_disk_space
from kling_desktop.services.jobs.job_queue import JobQueue
from kling_desktop.services.library.library import Library
from kling_desktop.services.poll_schedule import PollSchedule
from kling_desktop.store.database import open_connection, open_database
from kling_desktop.store.jobs.job_store import JobStore
from kling_desktop.store.jobs.process_lock import ProcessLock
from kling_desktop.store.library.clip_store import ClipStore
from tests.support.sandbox_transport import SandboxTransport

BASE = "http://sandbox/api/rest"
KEY = "6f1c2d3e-0a1b-1c2d-8e3f-4a5b6c7d8e9f"
FOX = Draft(prompt="A fox in the snow")
_BREATH = 0.002
_PATIENCE = 20.0


async def comes(is_so: Callable[[], bool]) -> None:
    """Wait until it is so."""
    async with asyncio.timeout(_PATIENCE):
        while not is_so():
            await asyncio.sleep(_BREATH)


class Time:
    """A clock that jumps to the next moment somebody waits for, in order, while `runs`."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0
        self.runs = True
        self._waits: list[tuple[float, int, asyncio.Event]] = []
        self._numbers = itertools.count()

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        wait = (self.now + seconds, next(self._numbers), asyncio.Event())
        heapq.heappush(self._waits, wait)
        try:
            await wait[2].wait()
        finally:
            if wait in self._waits:  # whoever waited has gone
                self._waits.remove(wait)
                heapq.heapify(self._waits)

    async def go(self) -> None:
        while True:
            await asyncio.sleep(_BREATH)
            if self.runs and self._waits:
                moment, _, over = heapq.heappop(self._waits)
                self.now = max(self.now, moment)
                over.set()


class Line(httpx.AsyncBaseTransport):
    """The line to the sandbox. unreachable: how many creates don't get through at all, no_way: how many pictures;
    before_create is called when one has arrived; its answers wait for `answers`, and pictures on their way up, of which
    `waiting` tells the number, for `pictures`. Each film is `film` at once, if there is one."""

    def __init__(self, app: Starlette, film: Path | None) -> None:
        self._sandbox = SandboxTransport(app)
        self._world: World = app.state.world
        self._film = film
        self.unreachable = 0
        self.before_create: Callable[[], object] = lambda: None
        self.answers = asyncio.Event()
        self.answers.set()
        self.pictures = asyncio.Event()
        self.pictures.set()
        self.waiting = 0
        self.no_way = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        creates = request.method == "POST" and request.url.path.endswith("/generations")
        if creates:
            if self.unreachable:
                self.unreachable -= 1
                raise httpx.ConnectError("no way there")
            self.before_create()
        if request.method == "POST" and request.url.path.endswith("/init-image"):
            if self.no_way:
                self.no_way -= 1
                raise httpx.ConnectError("no way there")
            self.waiting += 1
            await self.pictures.wait()
            self.waiting -= 1
        response = await self._sandbox.handle_async_request(request)
        for made in self._world.generations.values():
            clip = self._world.clip_file(made, "mp4")
            if self._film and not clip.exists():
                shutil.copy(self._film, clip)
        if creates:
            await self.answers.wait()
        return response


@dataclass
class Open:
    """One run of the app."""

    queue: JobQueue
    library: Library
    store: JobStore
    owner: ProcessLock
    connections: tuple[sqlite3.Connection, ...]
    client: Client
    history: dict[str, list[str]]
    halted: list[RefusalReason]
    closed: bool = False

    def job(self, job_id: str) -> Job:
        """As the queue has it, or the disk: one that is done has left the queue."""
        job = next((job for job in self.queue.jobs if job.id == job_id), None) or self.store.get(job_id)
        assert job is not None, job_id
        return job

    def state(self, job_id: str) -> str:
        return self.job(job_id).state.name

    async def until(self, job_id: str, *names: str) -> Job:
        """Wait until the job is, or has been, in one of these states."""
        await comes(lambda: bool(set(names) & set(self.history.get(job_id, ()))))
        return self.job(job_id)

    async def now(self, job_id: str, wanted: Callable[[Job], bool]) -> Job:
        await comes(lambda: wanted(self.job(job_id)))
        return self.job(job_id)

    async def finished(self) -> None:
        async with asyncio.timeout(30):
            await self.queue.wait_until_idle()

    async def done(self, *job_ids: str) -> list[job_states.Done]:
        """The jobs' ends, which must be good ones."""
        await self.finished()
        ends = [self.job(job_id).state for job_id in job_ids]
        assert all(isinstance(end, job_states.Done) for end in ends), ends
        return [end for end in ends if isinstance(end, job_states.Done)]

    async def close(self, grace: float = 10.0) -> None:
        if not self.closed:
            self.closed = True
            await self.queue.close(grace)
            await self.library.close()
            await self.client.aclose()
            for connection in self.connections:
                connection.close()
            self.owner.close()


@dataclass
class Desk:
    """free: what its disk says of its room."""

    folder: Path
    time: Time
    line: Line
    world: World
    runs: list[Open] = field(default_factory=list)
    free: Callable[[Path], int] = free_disk_space

    @property
    def clips(self) -> str:
        return str(self.folder / "clips")

    @property
    def database(self) -> Path:
        return self.folder / "kling.db"

    def open(
        self,
        *,
        origin: str = "window",
        pace: PollSchedule | None = None,
        base: str = BASE,
        profile: str = "default",
        terms: Callable[[], PriceSettings] = PriceSettings,
    ) -> Open:
        connection = open_database(self.database)
        store = JobStore(connection, terms)
        owner = ProcessLock(self.folder / "owners")
        client = Client(base, Secret(KEY), transport=self.line, clock=self.time)
        queue = JobQueue(
            client,
            store,
            owner,
            ClipSaver(self.folder / "posters", lambda folder: self.free(folder)),
            service=base,
            profile=profile,
            submitted_from=origin,
            schedule=pace,
            clock=self.time,
            sleep=self.time.sleep,
        )
        reading, writing = open_connection(self.database, read_only=True), open_connection(self.database)
        library = Library(ClipStore(reading), ClipStore(writing), service=base, profile=profile)
        queue.events.changed.connect(library.on_job_changed)
        run = Open(queue, library, store, owner, (connection, reading, writing), client, {}, [])

        def note(job: Job) -> None:
            run.history.setdefault(job.id, []).append(job.state.name)

        queue.events.changed.connect(note)
        queue.events.sending_stopped.connect(run.halted.append)
        self.runs.append(run)
        return run

    async def reopen(self, run: Open, *, origin: str = "window") -> Open:
        """The app is closed and started again."""
        await run.close()
        again = self.open(origin=origin)
        await again.queue.start()
        return again

    def asked(self, call: str) -> int:
        return sum(one.call == call for one in self.world.requests)

    def on_disk(self) -> dict[str, str]:
        """The state of each job, as another program reads it from the file."""
        with sqlite3.connect(self.database) as connection:
            rows: Iterator[Any] = connection.execute("SELECT id, state FROM jobs")
            states_by_id = dict(rows)
        connection.close()
        return states_by_id


def picture(to: Path, colour: str = "teal", size: tuple[int, int] = (640, 360)) -> Path:
    Image.new("RGB", size, colour).save(to)
    return to
