"""Images in the form are uploaded while the user still writes, and nothing waits for them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from kling_desktop.controllers.composer.upload_ahead import UploadAhead
from kling_desktop.controllers.connections import Connections
from kling_desktop.domain.request.draft import Draft, LocalImage
from kling_desktop.domain.request.frame_fit import Fit
from kling_desktop.domain.request.model_table import KLING_O1
from kling_desktop.domain.request.models import Slot
from kling_desktop.domain.request.upload_status import UploadStatus
from kling_desktop.services.composer.composer import Composer
from kling_desktop.services.jobs.uploads import ImageUploader
from kling_desktop.ui.qt.tasks import Tasks
from tests.services.job_harness import AppRun, JobHarness, wait_until, write_image
from tests.support.job_submission import submit_one

START = Slot.START_FRAME
WIDE, SQUARE, _ = KLING_O1.sizes


@dataclass
class Ahead:
    """A form whose pictures go up ahead once it is connected, and what was shown of them."""

    composer: Composer
    tasks: Tasks
    sleep: Callable[[float], Awaitable[None]]
    connections: Connections = field(default_factory=Connections)
    shown: list[UploadStatus | None] = field(default_factory=list)

    def connect(self, uploads: ImageUploader) -> None:
        self.uploading = UploadAhead(self.composer, uploads, self.tasks, self.connections, self._note_state, self.sleep)

    def _note_state(self) -> None:
        self.shown.append(self.state if self.composer.draft.start_frame else None)

    @property
    def image(self) -> LocalImage:
        [image] = self.composer.draft.start_frame
        assert isinstance(image, LocalImage)
        return image

    @property
    def state(self) -> UploadStatus | None:
        return self.uploading.state_of(START, self.image)

    def show(self) -> None:
        self.shown.append(self.state if self.composer.draft.start_frame else None)

    async def comes_to(self, wanted: Callable[[UploadStatus | None], bool]) -> None:
        await wait_until(lambda: wanted(self.state))


@pytest.fixture
async def ahead(harness: JobHarness) -> AsyncIterator[Ahead]:
    """Nothing is connected yet."""
    complaints: list[str] = []
    tasks = Tasks(complaints.append, lambda: None)
    form = Ahead(Composer(Draft("A cat")), tasks, harness.clock.sleep)
    yield form
    form.connections.close()
    await tasks.close()
    assert complaints == []


def drop(form: Ahead, folder: Path, colour: str = "teal") -> None:
    path = write_image(folder / f"{colour}.png", colour)
    form.composer.put_media(START, LocalImage(str(path), f"{colour}.png", width=640, height=360), 0)


def uploads(harness: JobHarness) -> int:
    return harness.count_calls("init_image")


def arrived(state: UploadStatus | None) -> bool:
    return state is not None and state.is_done


async def ordered(harness: JobHarness, run: AppRun, form: Ahead) -> None:
    job = await submit_one(run.queue, form.composer.draft, harness.clips)
    await run.wait_until_done(job.id)


async def test_an_image_that_stays_is_uploaded_and_the_job_uses_it(harness: JobHarness, ahead: Ahead) -> None:
    run = harness.start_app()
    ahead.connect(run.queue.uploader)
    drop(ahead, harness.folder)
    await ahead.comes_to(arrived)
    percents = [state.percent for state in ahead.shown if state and state.percent is not None]
    assert percents
    assert percents == sorted(percents)
    assert uploads(harness) == 1
    await ordered(harness, run, ahead)
    assert uploads(harness) == 1


async def test_images_added_offline_are_uploaded_once_connected(harness: JobHarness, ahead: Ahead) -> None:
    drop(ahead, harness.folder)
    await harness.clock.sleep(100)
    assert uploads(harness) == 0
    run = harness.start_app()
    ahead.connect(run.queue.uploader)
    await ahead.comes_to(arrived)


async def test_nothing_is_uploaded_after_disconnecting(harness: JobHarness, ahead: Ahead) -> None:
    run = harness.start_app()
    ahead.connect(run.queue.uploader)
    ahead.connections.close()
    drop(ahead, harness.folder)
    await harness.clock.sleep(100)
    assert (uploads(harness), ahead.state) == (0, None)


async def test_images_that_are_only_tried_are_not_uploaded(harness: JobHarness, ahead: Ahead) -> None:
    run = harness.start_app()
    ahead.connect(run.queue.uploader)
    harness.clock.is_running = False
    for colour in ("red", "green", "blue", "teal"):
        drop(ahead, harness.folder, colour)
    ahead.composer.edit(size=SQUARE)
    for fit in (Fit.CROP, Fit.PAD, Fit.CROP):
        ahead.composer.put_media(START, replace(ahead.image, fit=fit), 0)
    harness.clock.is_running = True
    await ahead.comes_to(arrived)
    assert uploads(harness) == 1
    [brought] = harness.world.pictures.values()
    assert (brought.width, brought.height) == (360, 360)
    # What the job sends is that very file.
    await ordered(harness, run, ahead)
    assert uploads(harness) == 1


async def test_parked_images_are_not_uploaded(harness: JobHarness, ahead: Ahead) -> None:
    run = harness.start_app()
    ahead.connect(run.queue.uploader)
    harness.clock.is_running = False
    drop(ahead, harness.folder)
    ahead.composer.replace(replace(ahead.composer.draft, parked=frozenset({START})))
    harness.clock.is_running = True
    await harness.clock.sleep(100)
    assert uploads(harness) == 0


async def test_a_failed_upload_is_shown_until_it_is_retried_and_blocks_nothing(
    harness: JobHarness, ahead: Ahead
) -> None:
    run = harness.start_app()
    harness.world.faults["upload_refused"] = 1.0
    ahead.connect(run.queue.uploader)
    drop(ahead, harness.folder)
    await ahead.comes_to(lambda state: state is not None and bool(state.error))
    assert ahead.composer.blocked_reason is None
    assert uploads(harness) == 2
    harness.world.faults["upload_refused"] = 0.0
    ahead.composer.edit(prompt="Another cat")  # nothing is tried behind the user's back
    await harness.clock.sleep(100)
    assert uploads(harness) == 2
    ahead.uploading.retry(START, ahead.image)
    await ahead.comes_to(arrived)
    assert uploads(harness) == 3


async def test_removing_an_image_cancels_its_upload(harness: JobHarness, ahead: Ahead) -> None:
    run = harness.start_app()
    ahead.connect(run.queue.uploader)
    harness.network.uploads_released.clear()
    drop(ahead, harness.folder)
    await wait_until(lambda: harness.network.waiting_uploads > 0)
    ahead.composer.remove_media(START)
    await run.close()
    assert harness.world.pictures == {}
    harness.network.uploads_released.set()


async def test_an_unreachable_service_is_retried_silently(harness: JobHarness, ahead: Ahead) -> None:
    run = harness.start_app()
    ahead.connect(run.queue.uploader)
    harness.network.failing_uploads = 2
    drop(ahead, harness.folder)
    await ahead.comes_to(arrived)
    assert not any(state.error for state in ahead.shown if state)
    assert harness.network.failing_uploads == 0
