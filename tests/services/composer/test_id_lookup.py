"""What the service says about an ID, and what the form does with it."""

from pathlib import Path

import pytest
from PIL import Image

from kling_desktop.api.client import Client
from kling_desktop.domain.errors import Unreachable
from kling_desktop.domain.request.draft import GENERATED, UPLOADED, Draft, StoredMedia
from kling_desktop.domain.request.form import resolve
from kling_desktop.domain.request.id_lookup import LookupResult, unresolved, with_result, without_results
from kling_desktop.domain.request.model_table import KLING_O1
from kling_desktop.domain.request.models import Size, Slot
from kling_desktop.domain.secret import Secret
from kling_desktop.services.composer.id_lookup import IdLookup
from tests.services.conftest import NewHarness
from tests.services.job_harness import KEY, AppRun, JobHarness, write_image
from tests.support.job_submission import submit_one

UNKNOWN = "99999999-9999-4999-8999-999999999999"


@pytest.fixture
def run(harness: JobHarness) -> AppRun:
    return harness.start_app()


@pytest.fixture
def lookups(run: AppRun, tmp_path: Path) -> IdLookup:
    return IdLookup(run.client, tmp_path / "looked up")


async def uploaded(harness: JobHarness, run: AppRun) -> str:
    return await run.client.upload(write_image(harness.folder / "teal.png", "teal"), "png")


async def test_an_uploaded_image_is_confirmed_and_shown(harness: JobHarness, run: AppRun, lookups: IdLookup) -> None:
    image = await uploaded(harness, run)
    answer = await lookups.look_up(image, is_video=False)
    assert answer == LookupResult(image, False, StoredMedia(image, UPLOADED, 640, 360))
    shown = lookups.cached_picture(image)
    assert shown is not None
    with Image.open(shown) as thumb:
        assert thumb.size == (640, 360)
    # The kind that was guessed wrong is corrected in place.
    draft = with_result(Draft(start_frame=(StoredMedia(image, GENERATED),)), answer)
    assert draft.start_frame == (StoredMedia(image, UPLOADED, 640, 360, is_known=True),)
    assert unresolved(draft) == ()


async def test_a_picture_is_asked_for_once_even_if_there_is_none(
    harness: JobHarness, run: AppRun, lookups: IdLookup
) -> None:
    image = await uploaded(harness, run)
    shown = await lookups.get_picture(image)
    assert shown == lookups.cached_picture(image) is not None
    assert await lookups.get_picture(UNKNOWN) is None
    asked = len(harness.world.requests)
    assert (await lookups.get_picture(image), await lookups.get_picture(UNKNOWN)) == (shown, None)
    assert len(harness.world.requests) == asked


async def test_the_id_of_a_generation_becomes_that_of_its_video_with_size_and_length(
    new_harness: NewHarness, tmp_path: Path
) -> None:
    harness = new_harness(None)
    run = harness.start_app()
    lookups = IdLookup(run.client, tmp_path / "looked up")
    job = await submit_one(run.queue, Draft(prompt="A fox", size=Size(1440, 1440)), harness.clips)
    [done] = await run.wait_until_done(job.id)
    answer = await lookups.look_up(done.generation, is_video=True)
    # The film is fetched once to be measured, and not kept.
    fetched = harness.count_calls("video")
    assert not list((tmp_path / "looked up").glob("*.mp4"))
    assert (await IdLookup(run.client, tmp_path / "looked up").look_up(done.image, is_video=True)).media == answer.media
    assert harness.count_calls("video") == fetched
    assert answer.media == StoredMedia(done.image, GENERATED, 1440, 1440, 5.0)
    assert "generation" in answer.note
    by_itself = await lookups.look_up(done.image, is_video=True)
    assert (by_itself.media, by_itself.note) == (answer.media, "")
    assert lookups.cached_picture(done.image) is not None
    draft = with_result(Draft(prompt="x", video_reference_base=(StoredMedia(done.generation, GENERATED),)), answer)
    assert not resolve(draft, KLING_O1).problems


async def test_a_video_that_breaks_the_guide_is_refused_before_anything_is_paid(
    harness: JobHarness, run: AppRun
) -> None:
    """The film that stands in here is 64 × 48 and lasts half a second."""
    job = await submit_one(run.queue, Draft(prompt="A fox"), harness.clips)
    [done] = await run.wait_until_done(job.id)
    answer = await IdLookup(run.client, harness.folder / "looked up").look_up(done.image, is_video=True)
    draft = with_result(Draft(prompt="x", video_reference_base=(StoredMedia(done.image, GENERATED),)), answer)
    sentences = " ".join(sentence for _, sentence in resolve(draft, KLING_O1).problems)
    assert "must be 3 to 10 seconds long" in sentences
    assert "at least 720" in sentences


async def test_an_unknown_id_stays_usable_with_a_warning(lookups: IdLookup) -> None:
    answer = await lookups.look_up(UNKNOWN, is_video=False)
    assert answer.media is None
    draft = with_result(Draft(prompt="x", start_frame=(StoredMedia(UNKNOWN, UPLOADED),)), answer)
    form = resolve(draft, KLING_O1)
    assert not form.problems
    assert "doesn't know" in form.start_frame.warnings[0]


async def test_offline_nothing_is_learned(tmp_path: Path) -> None:
    client = Client("http://127.0.0.1:9/api/rest", Secret(KEY))  # nobody listens there
    with pytest.raises(Unreachable):
        await IdLookup(client, tmp_path).look_up(UNKNOWN, is_video=False)
    await client.aclose()


def test_what_one_account_said_means_nothing_to_another() -> None:
    known = Draft(start_frame=(StoredMedia(UNKNOWN, UPLOADED, is_known=True),))
    assert unresolved(without_results(known)) == ((UNKNOWN, False),)


def test_facts_about_an_own_clip_survive_a_poorer_answer() -> None:
    own = StoredMedia(UNKNOWN, GENERATED, 1920, 1080, 5.0)
    draft = with_result(
        Draft(video_reference_base=(own,)),
        LookupResult(UNKNOWN, True, StoredMedia(UNKNOWN, GENERATED, None, None, None)),
    )
    assert draft.media(Slot.VIDEO_REFERENCE_BASE) == (StoredMedia(UNKNOWN, GENERATED, 1920, 1080, 5.0, True),)
