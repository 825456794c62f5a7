"""A harness for each test, which leaves no task and no thread behind."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import pytest

from kling_desktop.sandbox.app import create_app
from kling_desktop.sandbox.settings import SandboxSettings
from tests.media.video_fixtures import write_video
from tests.services.job_harness import JobHarness, JumpingClock, SandboxNetwork

PADDING = 200_000
NewHarness = Callable[[Path | None], JobHarness]


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete video: small, so that saving it takes no time, and padded, so that it arrives in several pieces."""
    film = write_video(tmp_path_factory.mktemp("film") / "film.mp4", frames=12, size=(64, 48))
    with film.open("ab") as file:
        file.write(PADDING.to_bytes(4) + b"free" + bytes(PADDING - 8))
    return film


@pytest.fixture
async def new_harness(tmp_path: Path) -> AsyncIterator[NewHarness]:
    """Return a function that sets up a harness: all its videos are this one, or are really made for None."""
    harnesses: list[JobHarness] = []
    clocks: list[asyncio.Task[None]] = []

    def make(film: Path | None) -> JobHarness:
        time = JumpingClock()
        app = create_app(SandboxSettings(data=tmp_path / f"service {len(harnesses)}"), clock=time)
        harnesses.append(JobHarness(tmp_path, time, SandboxNetwork(app, film), app.state.world))
        clocks.append(asyncio.create_task(time.run(), name="the clock"))
        return harnesses[-1]

    yield make
    for harness in harnesses:
        harness.clock.is_running = True
        harness.network.answers_released.set()
        for run in harness.runs:
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
async def harness(new_harness: NewHarness, film: Path) -> JobHarness:
    return new_harness(film)
