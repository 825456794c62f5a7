import json
from pathlib import Path

import pytest

from kling_desktop.domain.request.draft import GENERATED, Draft, LocalImage, StoredMedia
from kling_desktop.domain.request.generation_type import GenerationType, type_of
from kling_desktop.domain.request.models import Size
from kling_desktop.media.metadata.clip_metadata import read_clip_metadata
from kling_desktop.media.video.probe import probe
from tests.services.conftest import NewHarness
from tests.services.job_harness import FOX, JobHarness, write_image
from tests.support.job_submission import submit_one

PORTRAIT = Draft(prompt="The woman plays with the cat", size=Size(1080, 1920))


def local(folder: Path, colour: str) -> LocalImage:
    return LocalImage(str(write_image(folder / f"{colour}.png", colour)), f"{colour}.png")


def filled(way: GenerationType, folder: Path, base: str = "") -> Draft:
    one, two = (local(folder, "teal"),), (local(folder, "red"),)
    return {
        GenerationType.TEXT: PORTRAIT,
        GenerationType.START: Draft("A cat", start_frame=one),
        GenerationType.START_AND_END: Draft("A cat", start_frame=one, end_frame=two),
        GenerationType.REFERENCES: Draft("@image1 meets @image2", image_reference=one + two),
        GenerationType.EDIT: Draft(
            "Add @image1", image_reference=one, video_reference_base=(StoredMedia(base, GENERATED),)
        ),
    }[way]


@pytest.mark.parametrize("way", [GenerationType.START, GenerationType.START_AND_END, GenerationType.REFERENCES])
async def test_each_generation_type_ends_as_a_clip_with_poster_and_metadata(
    harness: JobHarness, way: GenerationType
) -> None:
    draft = filled(way, harness.folder)
    await ends_well(harness, draft)
    assert type_of(draft) is way
    assert next(iter(harness.world.generations.values())).way == way.value


async def test_text_and_an_edit_of_what_it_made_are_really_made(new_harness: NewHarness) -> None:
    """Here nothing stands in for the films: they have the size and the length that was asked for."""
    harness = new_harness(None)
    made = await ends_well(harness, PORTRAIT)
    facts = probe(Path(made["file"]))
    assert (facts.width, facts.height, facts.seconds) == (1080, 1920, 5.0)
    edit = filled(GenerationType.EDIT, harness.folder, made["image"])
    await ends_well(harness, edit)
    assert [one.way for one in harness.world.generations.values()] == [
        GenerationType.TEXT.value,
        GenerationType.EDIT.value,
    ]


async def ends_well(harness: JobHarness, draft: Draft) -> dict[str, str]:
    run = harness.start_app()
    job = await submit_one(run.queue, draft, harness.clips)
    [done] = await run.wait_until_done(job.id)
    order = harness.world.creates[-1]
    settings = json.loads(read_clip_metadata(Path(done.file)) or "{}")
    assert settings["request"] == order
    assert (settings["job"], settings["generation"], settings["image"]) == (job.id, done.generation, done.image)
    assert settings["seed"] == harness.world.generations[done.generation].seed == run.job(job.id).seed
    assert Path(done.poster_file).read_bytes()[:2] == b"\xff\xd8"
    assert [path.name for path in Path(harness.clips).iterdir() if path.suffix != ".mp4"] == []
    assert str(run.job(job.id).cost) == "$0.755"
    assert run.history[job.id][-1] == "done"
    return {"file": done.file, "image": done.image}


async def test_a_clip_of_another_size_is_kept_with_a_notice(harness: JobHarness) -> None:
    run = harness.start_app()
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_until_done(job.id)
    assert "instead of 1920" in run.job(job.id).notice


async def test_the_metadata_of_a_clip_names_no_folder_of_this_computer(harness: JobHarness) -> None:
    run = harness.start_app()
    job = await submit_one(run.queue, filled(GenerationType.START, harness.folder), harness.clips)
    [done] = await run.wait_until_done(job.id)
    assert str(harness.folder) not in (read_clip_metadata(Path(done.file)) or "")
