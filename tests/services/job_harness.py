"""The real queue, client, database and sandbox, with a clock that jumps ahead when everybody waits."""

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
from kling_desktop.store.database import open_connection
from kling_desktop.store.jobs.job_store import JobStore
from kling_desktop.store.jobs.process_lock import ProcessLock
from kling_desktop.store.library.clip_store import ClipStore
from tests.support.databases import open_test_database
from tests.support.sandbox_transport import SandboxTransport

BASE = "http://sandbox/api/rest"
KEY = "6f1c2d3e-0a1b-1c2d-8e3f-4a5b6c7d8e9f"
FOX = Draft(prompt="A fox in the snow")
_TICK = 0.002
_TIMEOUT = 20.0


async def wait_until(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds."""
    async with asyncio.timeout(_TIMEOUT):
        while not condition():
            await asyncio.sleep(_TICK)


class JumpingClock:
    """A clock that jumps from one moment that somebody waits for to the next, while `is_running`."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0
        self.is_running = True
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
            if wait in self._waits:  # whoever waited was cancelled
                self._waits.remove(wait)
                heapq.heapify(self._waits)

    async def run(self) -> None:
        while True:
            await asyncio.sleep(_TICK)
            if self.is_running and self._waits:
                moment, _, over = heapq.heappop(self._waits)
                self.now = max(self.now, moment)
                over.set()


class SandboxNetwork(httpx.AsyncBaseTransport):
    """The network to the sandbox.

    Attributes:
        failing_creates: How many create requests don't get through.
        failing_uploads: How many uploads don't get through.
        before_create: Called when a create request has arrived.
        answers_released: Answers to create requests wait for it.
        uploads_released: Uploads wait for it.
        waiting_uploads: How many uploads wait for it.
        instead: The ends of paths, and what the next request to one gets instead of the sandbox's answer.
        times: When each path was asked for, by the clock of the test.
    """

    def __init__(self, app: Starlette, video: Path | None) -> None:
        """Connect to a sandbox; `video` is what every generation becomes, at once, or None to really make them."""
        self._sandbox = SandboxTransport(app)
        self._world: World = app.state.world
        self._video = video
        self.failing_creates = 0
        self.before_create: Callable[[], object] = lambda: None
        self.answers_released = asyncio.Event()
        self.answers_released.set()
        self.uploads_released = asyncio.Event()
        self.uploads_released.set()
        self.waiting_uploads = 0
        self.failing_uploads = 0
        self.instead: list[tuple[str, httpx.Response]] = []
        self.times: list[tuple[str, float]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.times.append((request.url.path, self._world.clock()))
        for end, response in self.instead:
            if request.url.path.endswith(end):
                self.instead.remove((end, response))
                return response
        is_create = request.method == "POST" and request.url.path.endswith("/generations")
        if is_create:
            if self.failing_creates:
                self.failing_creates -= 1
                raise httpx.ConnectError("no connection")
            self.before_create()
        if request.method == "POST" and request.url.path.endswith("/init-image"):
            if self.failing_uploads:
                self.failing_uploads -= 1
                raise httpx.ConnectError("no connection")
            self.waiting_uploads += 1
            await self.uploads_released.wait()
            self.waiting_uploads -= 1
        response = await self._sandbox.handle_async_request(request)
        for made in self._world.generations.values():
            clip = self._world.clip_file(made, "mp4")
            if self._video and not clip.exists():
                shutil.copy(self._video, clip)
        if is_create:
            await self.answers_released.wait()
        return response


@dataclass
class AppRun:
    """One run of the app."""

    queue: JobQueue
    library: Library
    store: JobStore
    owner: ProcessLock
    connections: tuple[sqlite3.Connection, ...]
    client: Client
    history: dict[str, list[str]]
    stop_reasons: list[RefusalReason]
    closed: bool = False

    def job(self, job_id: str) -> Job:
        """The job in the queue, or on disk: finished ones have left the queue."""
        job = next((job for job in self.queue.jobs if job.id == job_id), None) or self.store.get(job_id)
        assert job is not None, job_id
        return job

    def state(self, job_id: str) -> str:
        return self.job(job_id).state.name

    async def wait_for_state(self, job_id: str, *names: str) -> Job:
        """Wait until the job is or was in one of these states."""
        await wait_until(lambda: bool(set(names) & set(self.history.get(job_id, ()))))
        return self.job(job_id)

    async def wait_for(self, job_id: str, wanted: Callable[[Job], bool]) -> Job:
        await wait_until(lambda: wanted(self.job(job_id)))
        return self.job(job_id)

    async def wait_until_idle(self) -> None:
        async with asyncio.timeout(30):
            await self.queue.wait_until_idle()

    async def wait_until_done(self, *job_ids: str) -> list[job_states.Done]:
        """Wait until nothing goes on, and return the final states, which must all be Done."""
        await self.wait_until_idle()
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
class JobHarness:
    """Starts and restarts the app in one folder, against one sandbox."""

    folder: Path
    clock: JumpingClock
    network: SandboxNetwork
    world: World
    runs: list[AppRun] = field(default_factory=list)
    get_free_bytes: Callable[[Path], int] = free_disk_space

    @property
    def clips(self) -> str:
        return str(self.folder / "clips")

    @property
    def database(self) -> Path:
        return self.folder / "kling.db"

    def start_app(
        self,
        *,
        submitted_from: str = "window",
        schedule: PollSchedule | None = None,
        base: str = BASE,
        profile: str = "default",
        price_settings: Callable[[], PriceSettings] = PriceSettings,
    ) -> AppRun:
        connection = open_test_database(self.database)
        store = JobStore(connection, price_settings)
        owner = ProcessLock(self.folder / "owners")
        client = Client(base, Secret(KEY), transport=self.network, clock=self.clock)
        queue = JobQueue(
            client,
            store,
            owner,
            ClipSaver(self.folder / "posters", lambda folder: self.get_free_bytes(folder)),
            service=base,
            profile=profile,
            submitted_from=submitted_from,
            schedule=schedule,
            clock=self.clock,
            sleep=self.clock.sleep,
        )
        reading, writing = open_connection(self.database, read_only=True), open_connection(self.database)
        library = Library(ClipStore(reading), ClipStore(writing), service=base, profile=profile)
        queue.events.changed.connect(library.on_job_changed)
        run = AppRun(queue, library, store, owner, (connection, reading, writing), client, {}, [])

        def note(job: Job) -> None:
            run.history.setdefault(job.id, []).append(job.state.name)

        queue.events.changed.connect(note)
        queue.events.sending_stopped.connect(run.stop_reasons.append)
        self.runs.append(run)
        return run

    async def restart_app(self, run: AppRun, *, submitted_from: str = "window") -> AppRun:
        """Close the app and start it again."""
        await run.close()
        again = self.start_app(submitted_from=submitted_from)
        await again.queue.start()
        return again

    def count_calls(self, call: str) -> int:
        return sum(one.call == call for one in self.world.requests)

    def states_on_disk(self) -> dict[str, str]:
        """Return the state of each job as another program reads it from the database."""
        with sqlite3.connect(self.database) as connection:
            rows: Iterator[Any] = connection.execute("SELECT id, state FROM jobs")
            states_by_id = dict(rows)
        connection.close()
        return states_by_id


def write_image(to: Path, colour: str = "teal", size: tuple[int, int] = (640, 360)) -> Path:
    Image.new("RGB", size, colour).save(to)
    return to
