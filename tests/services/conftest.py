"""A desk of each test's own, with nothing left on it at the end."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import pytest

from kling_desktop.sandbox.app import create_app
from kling_desktop.sandbox.settings import SandboxSettings
from tests.media.video_fixtures import write_video
from tests.services.job_harness import Desk, Line, Time

PADDING = 200_000
NewDesk = Callable[[Path | None], Desk]


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole video, small, so that landing it takes no time, and padded, so that it comes in several pieces."""
    film = write_video(tmp_path_factory.mktemp("film") / "film.mp4", frames=12, size=(64, 48))
    with film.open("ab") as file:
        file.write(PADDING.to_bytes(4) + b"free" + bytes(PADDING - 8))
    return film


@pytest.fixture
async def new_desk(tmp_path: Path) -> AsyncIterator[NewDesk]:
    """Gives a desk whose films are all the given one, or are really made for None."""
    desks: list[Desk] = []
    clocks: list[asyncio.Task[None]] = []

    def make(film: Path | None) -> Desk:
        time = Time()
        app = create_app(SandboxSettings(data=tmp_path / f"service {len(desks)}"), clock=time)
        desks.append(Desk(tmp_path, time, Line(app, film), app.state.world))
        clocks.append(asyncio.create_task(time.go(), name="the clock"))
        return desks[-1]

    yield make
    for desk in desks:
        desk.time.runs = True
        desk.line.answers.set()
        for run in desk.runs:
            await run.close(grace=1.0)
    for clock in clocks:
        clock.cancel()
        with suppress(asyncio.CancelledError):
            await clock
    left = [task.get_name() for task in asyncio.all_tasks() if task.get_name().startswith("job")]
    assert not left
    ours = [thread.name for thread in threading.enumerate() if "on disk" in thread.name]
    assert not ours


@pytest.fixture
async def desk(new_desk: NewDesk, film: Path) -> Desk:
    return new_desk(film)
