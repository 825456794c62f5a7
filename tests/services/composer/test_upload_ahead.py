"""The pictures of the form go up while the user still writes, and nothing waits for them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from kling_desktop.controllers.composer.upload_ahead import UploadAhead
from kling_desktop.controllers.connections import Connections
from kling_desktop.domain.request.draft import Draft, LocalImage
from kling_desktop.domain.request.frame_fit import Fit
from kling_desktop.domain.request.models import KLING_O1, Slot
from kling_desktop.domain.request.upload_status import UploadStatus
from kling_desktop.services.composer.composer import Composer
from kling_desktop.services.jobs.uploads import ImageUploader
from kling_desktop.ui.qt.tasks import Tasks
from tests.services.job_harness import Desk, Open, comes, picture
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
        await comes(lambda: wanted(self.state))


@pytest.fixture
async def ahead(desk: Desk) -> AsyncIterator[Ahead]:
    """Nothing is connected yet."""
    complaints: list[str] = []
    tasks = Tasks(complaints.append)
    form = Ahead(Composer(Draft("A cat")), tasks, desk.time.sleep)
    yield form
    form.connections.close()
    await tasks.close()
    assert complaints == []


def drop(form: Ahead, folder: Path, colour: str = "teal") -> None:
    path = picture(folder / f"{colour}.png", colour)
    form.composer.put_media(START, LocalImage(str(path), f"{colour}.png", width=640, height=360), 0)


def uploads(desk: Desk) -> int:
    return desk.asked("init_image")


def arrived(state: UploadStatus | None) -> bool:
    return state is not None and state.is_done


async def ordered(desk: Desk, run: Open, form: Ahead) -> None:
    job = await submit_one(run.queue, form.composer.draft, desk.clips)
    await run.done(job.id)


async def test_a_picture_at_rest_goes_up_and_the_job_uses_it(desk: Desk, ahead: Ahead) -> None:
    run = desk.open()
    ahead.connect(run.queue.uploader)
    drop(ahead, desk.folder)
    await ahead.comes_to(arrived)
    percents = [state.percent for state in ahead.shown if state and state.percent is not None]
    assert percents
    assert percents == sorted(percents)
    assert uploads(desk) == 1
    await ordered(desk, run, ahead)
    assert uploads(desk) == 1


async def test_what_was_put_in_before_the_connection_goes_up_once_there_is_one(desk: Desk, ahead: Ahead) -> None:
    drop(ahead, desk.folder)
    await desk.time.sleep(100)
    assert uploads(desk) == 0
    run = desk.open()
    ahead.connect(run.queue.uploader)
    await ahead.comes_to(arrived)


async def test_once_the_account_is_left_nothing_goes_up(desk: Desk, ahead: Ahead) -> None:
    run = desk.open()
    ahead.connect(run.queue.uploader)
    ahead.connections.close()
    drop(ahead, desk.folder)
    await desk.time.sleep(100)
    assert (uploads(desk), ahead.state) == (0, None)


async def test_of_what_is_only_tried_on_nothing_goes_up(desk: Desk, ahead: Ahead) -> None:
    run = desk.open()
    ahead.connect(run.queue.uploader)
    desk.time.runs = False
    for colour in ("red", "green", "blue", "teal"):
        drop(ahead, desk.folder, colour)
    ahead.composer.edit(size=SQUARE)
    for fit in (Fit.CROP, Fit.PAD, Fit.CROP):
        ahead.composer.put_media(START, replace(ahead.image, fit=fit), 0)
    desk.time.runs = True
    await ahead.comes_to(arrived)
    assert uploads(desk) == 1
    [brought] = desk.world.pictures.values()
    assert (brought.width, brought.height) == (360, 360)
    # What the job sends is that very file.
    await ordered(desk, run, ahead)
    assert uploads(desk) == 1


async def test_parked_pictures_stay_here(desk: Desk, ahead: Ahead) -> None:
    run = desk.open()
    ahead.connect(run.queue.uploader)
    desk.time.runs = False
    drop(ahead, desk.folder)
    ahead.composer.replace(replace(ahead.composer.draft, parked=frozenset({START})))
    desk.time.runs = True
    await desk.time.sleep(100)
    assert uploads(desk) == 0


async def test_a_failure_is_shown_until_it_is_tried_again_and_blocks_nothing(desk: Desk, ahead: Ahead) -> None:
    run = desk.open()
    desk.world.faults["upload_refused"] = 1.0
    ahead.connect(run.queue.uploader)
    drop(ahead, desk.folder)
    await ahead.comes_to(lambda state: state is not None and bool(state.error))
    assert ahead.composer.blocked_reason is None
    assert uploads(desk) == 2
    desk.world.faults["upload_refused"] = 0.0
    ahead.composer.edit(prompt="Another cat")  # nothing is tried behind the user's back
    await desk.time.sleep(100)
    assert uploads(desk) == 2
    ahead.uploading.retry(START, ahead.image)
    await ahead.comes_to(arrived)
    assert uploads(desk) == 3


async def test_taken_out_while_it_goes_up_it_is_broken_off(desk: Desk, ahead: Ahead) -> None:
    run = desk.open()
    ahead.connect(run.queue.uploader)
    desk.line.pictures.clear()
    drop(ahead, desk.folder)
    await comes(lambda: desk.line.waiting > 0)
    ahead.composer.remove_media(START)
    await run.close()
    assert desk.world.pictures == {}
    desk.line.pictures.set()


async def test_what_could_not_be_reached_is_tried_again_in_silence(desk: Desk, ahead: Ahead) -> None:
    run = desk.open()
    ahead.connect(run.queue.uploader)
    desk.line.no_way = 2
    drop(ahead, desk.folder)
    await ahead.comes_to(arrived)
    assert not any(state.error for state in ahead.shown if state)
    assert desk.line.no_way == 0
