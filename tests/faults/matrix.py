"""Every fault against every part of a job's life: what was asked for, what was charged, and what came of it."""

import asyncio
import gc
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import av

from kling_desktop.api.client import Client
from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.request.draft import Draft, LocalImage
from kling_desktop.domain.secret import Secret
from kling_desktop.sandbox.app import create_app
from kling_desktop.sandbox.settings import SandboxSettings
from kling_desktop.services.clips.clip_saver import ClipSaver
from kling_desktop.services.jobs.job_queue import JobQueue
from kling_desktop.store.database import open_database
from kling_desktop.store.jobs.job_store import JobStore
from kling_desktop.store.jobs.process_lock import ProcessLock
from tests.faults.fault_proxy import ANSWERS, NOBODY, STRANGER, Certificates, FaultProxy, Resolver
from tests.media.video_fixtures import write_video
from tests.services.job_harness import KEY, JumpingClock, write_image
from tests.support.job_submission import submit_one

FRAMES = 12
PATIENCE = 0.02
"""Of the usual time-outs; they are the only thing here that takes real time."""
DAY = 86_400.0

PHASES = ("upload", "create", "create, taken", "follow", "download", "save")
"""When it strikes. Where the order was "taken", the service has it, and what is lost is the answer."""
NO_CONNECTION = {"connection refused": NOBODY, "DNS gone": "", "TLS failure": STRANGER}
BROKEN = ("reset before the request", "reset inside the request", "reset after the request", "reset inside the answer")
CLOCK = {"clock a day ahead": DAY, "clock a day behind": -DAY}
DISK = ("ENOSPC", "read-only", "database locked", "database corrupt")
FAULTS = (*NO_CONNECTION, *BROKEN, "time-out", "slow loris", *ANSWERS, *CLOCK, *DISK)
_NOT_TAKEN = {*NO_CONNECTION, "429", "200-array", "reset before the request", "reset inside the request"}
"""With these an order can't have been taken: the connection or the answer proves it."""
_STATES = {
    "upload": "uploading",
    "create": "sending",
    "create, taken": "sending",
    "follow": "generating",
    "download": "downloading",
}


def applies(fault: str, phase: str) -> bool:
    if phase == "create, taken":
        return fault not in _NOT_TAKEN
    return phase != "save" or fault in DISK or fault in CLOCK


@dataclass(frozen=True)
class Cell:
    """orders: those that arrived. made: those that the service took. whole: films in the user's folder."""

    fault: str
    phase: str
    orders: int
    made: int
    whole: int
    end: str
    struck: bool

    @property
    def lost(self) -> int:
        return self.made - self.whole

    @property
    def double(self) -> int:
        return max(0, self.made - 1)


class Matrix:
    """One far side for all cells; a desk of its own for each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._certificates = Certificates(folder)
        self._certificates.write()
        self._film = write_video(folder / "film.mp4", frames=FRAMES, size=(64, 48))
        self._number = 0

    async def run(self, wanted: Sequence[tuple[str, str]]) -> list[Cell]:
        before = os.environ.get("SSL_CERT_FILE")
        os.environ["SSL_CERT_FILE"] = str(self._certificates.authority)
        try:
            with Resolver().installed() as resolver:
                front = FaultProxy(self._certificates, resolver, self._film)
                await front.listen()
                try:
                    return [await self._cell(front, fault, phase) for fault, phase in wanted]
                finally:
                    await front.close()
        finally:
            if before is None:
                del os.environ["SSL_CERT_FILE"]
            else:
                os.environ["SSL_CERT_FILE"] = before

    async def _cell(self, front: FaultProxy, fault: str, phase: str) -> Cell:
        self._number += 1
        folder = self._folder / f"{self._number}"
        folder.mkdir()
        with ExitStack() as stack:
            disk = stack.enter_context(_small_disk(folder)) if fault in ("ENOSPC", "read-only") else None
            at = FaultRun(folder, front, fault, phase, disk)
            return await at.play()


@dataclass
class FaultRun:
    """The real queue, client and database, at a clock that runs when all wait, and one fault that comes once.

    disk: the small disk that holds the database and the clips, where there is one.
    """

    folder: Path
    front: FaultProxy
    fault: str
    phase: str
    disk: Path | None
    jumped: float = 0.0
    struck: bool = False
    healed: bool = False
    troubles: int = 0
    undo: list[Callable[[], object]] = field(default_factory=list)

    async def play(self) -> Cell:
        time = JumpingClock()
        app = create_app(SandboxSettings(data=self.folder / "service"), base=self.front.base, clock=time)
        self.front.heal()
        self.front.serve(app)
        self.front.heard, self.front.served = self._heard, self._served
        home = self.disk or self.folder
        self.clips = home / "clips"
        self.clips.mkdir()
        self.database = home / "kling.db"
        connection = self.connection = open_database(self.database)
        connection.execute("PRAGMA busy_timeout = 20")
        connection.execute("PRAGMA cache_size = 1")
        owner = ProcessLock(home / "owners")
        clock = lambda: time.now + self.jumped  # noqa: E731
        client = Client(self.front.base, Secret(KEY), clock=clock, timeout_scale=PATIENCE)
        queue = JobQueue(
            client,
            JobStore(connection),
            owner,
            ClipSaver(self.folder / "posters"),
            service="far",
            profile="default",
            submitted_from="window",
            clock=clock,
            sleep=time.sleep,
        )
        newest: dict[str, Job] = {}

        def look(job: Job) -> None:
            newest[job.id] = job
            self._look(job)

        queue.events.changed.connect(look)
        going = asyncio.create_task(time.run(), name="the clock")
        frame = LocalImage(str(write_image(self.folder / "a.png")))
        await client.get_account()  # as the window does, so that the server's clock is known
        job = await submit_one(queue, Draft(prompt="A fox in the snow", start_frame=(frame,)), str(self.clips))
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(30):
                    await queue.wait_until_idle()
            world = app.state.world
            clips = [clip for clip in self.clips.glob("*.mp4") if _frames(clip) == FRAMES]
            state = newest[job.id].state
            asked = isinstance(state, job_states.Unknown) and state.needs_user
            stuck = "" if newest[job.id].is_terminal or asked else f"STUCK: {newest[job.id].notice}"
            end = stuck or ("asked" if asked else state.name)
            orders = self.front.asked.count("create")
            return Cell(self.fault, self.phase, orders, len(world.creates), len(clips), end, self.struck)
        finally:
            self._heal()
            await queue.close(grace=1.0)
            await client.aclose()
            connection.close()
            owner.close()
            going.cancel()
            with suppress(asyncio.CancelledError):
                await going

    def _look(self, job: Job) -> None:
        """The fault comes with the first sight of its phase, and goes once it was told twice, or is in doubt."""
        if not self.struck and _STATES.get(self.phase) == job.state.name and not self._comes_with_the_question:
            self._strike()
        elif self.struck and not self.healed:
            self.troubles += "Trying again" in job.notice
            if self.troubles >= 2 or isinstance(job.state, job_states.Unknown):
                self._heal()

    @property
    def _comes_with_the_question(self) -> bool:
        """A disk that fails while an order is on its way fails when the answer is to be noted down."""
        return self.fault in DISK and self.phase in ("create, taken", "save")

    def _heard(self, phase: str) -> None:
        if not self.struck and self._comes_with_the_question and phase == "create" and self.phase == "create, taken":
            self._strike()

    def _served(self, phase: str) -> None:
        if not self.struck and phase == "download" and self.phase == "save":
            self._strike()

    def _strike(self) -> None:
        self.struck = True
        front = self.front
        if self.fault in NO_CONNECTION:
            front.resolver.leads_to = NO_CONNECTION[self.fault]
        elif self.fault in CLOCK:
            self.jumped = CLOCK[self.fault]
            if self.phase == "create, taken":  # as its answer is lost: by which clock is it looked for?
                front.fault, front.phase, front.after, front.times = "reset after the request", "create", True, 1
        elif self.fault in DISK:
            _DISKS[self.fault](self)
        else:
            front.fault, front.after = self.fault, self.phase == "create, taken"
            front.phase = self.phase.partition(",")[0]
            front.times = 1 if front.phase == "create" else 2

    def _heal(self) -> None:
        self.healed = True
        self.front.heal()
        while self.undo:
            self.undo.pop()()

    def full(self) -> None:
        assert self.disk
        filler = self.disk / "filler"
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(self.disk).free)
            while True:
                file.write(bytes(4096))
        self.undo.append(filler.unlink)

    def read_only(self) -> None:
        """The database as SQLite sees one, the folder of clips as the system does."""
        self.connection.execute("PRAGMA query_only = ON")
        self.undo.append(lambda: self.connection.execute("PRAGMA query_only = OFF"))
        if _is_root():
            subprocess.run(["mount", "--bind", self.clips, self.clips], check=True)
            subprocess.run(["mount", "-o", "remount,ro,bind", self.clips], check=True)
            self.undo.append(lambda: subprocess.run(["umount", "-l", self.clips], check=True))
        else:
            self.clips.chmod(0o500)
            self.undo.append(lambda: self.clips.chmod(0o700))

    def lock(self) -> None:
        other = sqlite3.connect(self.database, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        self.undo.append(other.close)

    def corrupt(self) -> None:
        """All but the first page, as a failing disk does it; a copy is put back later."""
        with closing(sqlite3.connect(self.database)) as other:
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        whole = self.database.read_bytes()
        self._write_over(whole[:4096] + b"\xa5" * (len(whole) - 4096))
        self.undo.append(lambda: self._write_over(whole))

    def _write_over(self, content: bytes) -> None:
        with self.database.open("r+b") as file:
            file.write(content)


_DISKS: dict[str, Callable[[FaultRun], None]] = {
    "ENOSPC": FaultRun.full,
    "read-only": FaultRun.read_only,
    "database locked": FaultRun.lock,
    "database corrupt": FaultRun.corrupt,
}


@contextmanager
def _small_disk(folder: Path) -> Iterator[Path | None]:
    """A disk of a few MB of its own; only root may make one."""
    if not _is_root():
        yield None
        return
    disk = folder / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300m", "tmpfs", disk], check=True)
    try:
        yield disk
    finally:
        gc.collect()
        subprocess.run(["umount", "-l", disk], check=True)


def _is_root() -> bool:
    return os.geteuid() == 0


def _frames(clip: Path) -> int:
    with av.open(clip) as container:
        return sum(1 for _ in container.decode(video=0))


def cells() -> list[tuple[str, str]]:
    """All that can be tried here."""
    disks = () if _is_root() else ("ENOSPC",)
    return [(fault, phase) for fault in FAULTS for phase in PHASES if applies(fault, phase) and fault not in disks]


def table(tried: Sequence[Cell]) -> str:
    """A row a fault, a column a phase; in each cell the orders that arrived, those that were charged, and the end."""
    told = {
        (cell.fault, cell.phase): f"{cell.orders}/{cell.made} {cell.end}{'' if cell.struck else ' (did not strike)'}"
        for cell in tried
    }
    faults = list(dict.fromkeys(cell.fault for cell in tried))
    rows: list[tuple[str, ...]] = [("orders/charged, end", *PHASES)]
    rows += [(fault, *(told.get((fault, phase), "–") for phase in PHASES)) for fault in faults]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lost, double = sum(cell.lost for cell in tried), sum(cell.double for cell in tried)
    return "\n".join([*lines, "", f"{len(tried)} cells: lost = {lost}, double = {double}"])


def try_all(folder: Path, wanted: Sequence[tuple[str, str]]) -> list[Cell]:
    sys.stdout.write(f"{len(wanted)} cells …\n")
    sys.stdout.flush()
    return asyncio.run(Matrix(folder).run(wanted))
