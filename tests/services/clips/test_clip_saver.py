"""Saving a clip: checked, with its metadata inside, under its name."""

import json
import os
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from kling_desktop.domain.jobs.job import Cost, Job
from kling_desktop.domain.jobs.job_states import Done, Downloading
from kling_desktop.domain.parsing.body_parser import parse_body
from kling_desktop.domain.request.draft import UPLOADED, Draft, Origin, StoredMedia
from kling_desktop.media.errors import BadMedia
from kling_desktop.media.metadata.clip_metadata import read_clip_metadata, write_clip_metadata
from kling_desktop.services.clips.clip_saver import ClipSaver, DestinationError, IncompleteVideo, check_disk
from kling_desktop.services.clips.clip_settings import find_settings
from kling_desktop.store.database import open_database
from kling_desktop.store.jobs.job_store import JobStore
from kling_desktop.store.library.clip_files import has_clips_in
from tests.services.job_harness import BASE, FOX

NOW = 1_800_000_100.0
GENERATION = "1f197fd2-30f6-11f0-9d2c-5a2e3c1b7a10"


@pytest.fixture
def landing(tmp_path: Path) -> ClipSaver:
    return ClipSaver(tmp_path / "posters")


@pytest.fixture
def job(tmp_path: Path) -> Job:
    state = Downloading(GENERATION, "image", "https://cdn/video.mp4")
    (tmp_path / "clips").mkdir()
    return Job("0123456789abcdef", BASE, "default", "window", str(tmp_path / "clips"), FOX, 1_800_000_000.0, state)


def test_a_complete_video_is_saved_under_its_name_with_its_metadata(landing: ClipSaver, job: Job, film: Path) -> None:
    landing.part_path(job).write_bytes(film.read_bytes())
    landed = landing.save(job, "image", NOW)
    assert landed.file.name == "2027-01-15 A fox in the snow 01234567.mp4"
    assert json.loads(read_clip_metadata(landed.file) or "")["generation"] == GENERATION
    assert landing.find_saved(job) == landed
    assert [path.name for path in landed.file.parent.iterdir()] == [landed.file.name]


def test_the_file_holds_all_that_a_library_needs_to_add_it_again(landing: ClipSaver, job: Job, film: Path) -> None:
    job = replace(
        job,
        draft=replace(
            FOX,
            prompt="A fox 狐\n@image1",
            preset="p1",
            origin=Origin("older", prompt_excerpt="A fox"),
            image_reference=(StoredMedia(GENERATION, UPLOADED),),
        ),
        seed=7,
        cost=Cost(Decimal("0.755"), "DOLLARS"),
        sent_at=1_800_000_001.5,
        take=2,
        preset_name="Winter",
    )
    landing.part_path(job).write_bytes(film.read_bytes())
    settings = json.loads(read_clip_metadata(landing.save(job, "image", NOW).file) or "")
    assert settings.pop("app") == "Kling Desktop"
    assert parse_body(settings.pop("request")).draft == replace(job.draft, preset="", origin=None)
    assert settings == {
        "version": 1,
        "job": job.id,
        "service": BASE,
        "profile": "default",
        "origin": "window",
        "generation": GENERATION,
        "image": "image",
        "seed": 7,
        "cost": {"amount": "0.755", "unit": "DOLLARS"},
        "created_at": "2027-01-15T08:00:00+00:00",
        "sent_at": "2027-01-15T08:00:01.500000+00:00",
        "ended_at": "2027-01-15T08:01:40+00:00",
        "preset": "p1",
        "preset_name": "Winter",
        "take": 2,
        "lineage": [{"as": "run", "job": "older", "words": "A fox"}],
        "way": "References",
    }


def test_a_clip_is_named_by_the_template_of_its_submission(landing: ClipSaver, job: Job, film: Path) -> None:
    job = replace(job, filename_template="{prompt:5} seed {seed}", seed=12)
    for name in ("A fox seed 12.mp4", "A fox seed 12 2.mp4", "A fox seed 12 3.mp4"):
        other = replace(job, id=f"another {name}")
        landing.part_path(other).write_bytes(film.read_bytes())
        landed = landing.save(other, "image", NOW)
        assert landed.file.name == name
        assert landing.find_saved(other) == landed


def test_a_saved_clip_is_found_behind_others_with_its_name(landing: ClipSaver, job: Job, film: Path) -> None:
    first = Path(job.folder) / "2027-01-15 A fox in the snow 01234567.mp4"
    first.write_text("somebody else's")
    landing.part_path(job).write_bytes(film.read_bytes())
    landed = landing.save(job, "image", NOW)
    assert landed.file.name == f"{first.stem} 2.mp4"
    assert landing.find_saved(job) == landed
    assert first.read_text() == "somebody else's"


def test_leftovers_of_a_killed_app_are_deleted_and_a_finished_part_gets_its_name(
    landing: ClipSaver, job: Job, film: Path
) -> None:
    landing.part_path(job).write_bytes(film.read_bytes())
    landed = landing.save(job, "image", NOW)
    part = landing.part_path(job)
    (part.parent / f"{part.name}.0a1b2c3d.part").write_text("settings half written")
    os.link(landed.file, part)  # killed between its naming and the end of the other name
    assert landing.find_saved(job) == landed
    assert os.listdir(part.parent) == [landed.file.name]
    landed.file.rename(part)  # killed just before
    (part.parent / f"{part.name}.0a1b2c3d.part").write_text("settings half written")
    assert landing.find_saved(job) == landed
    assert os.listdir(part.parent) == [landed.file.name]


def test_a_folder_that_is_gone_is_reported_and_not_created_again(landing: ClipSaver, job: Job) -> None:
    """The disk that holds it may only be unplugged."""
    Path(job.folder).rmdir()
    with pytest.raises(DestinationError, match="is gone"):
        landing.part_path(job)
    assert not Path(job.folder).exists()


def test_before_paying_the_folder_is_created_and_must_have_space(landing: ClipSaver, job: Job, tmp_path: Path) -> None:
    job = replace(job, folder=str(tmp_path / "new" / "clips"))
    landing.check_folder(job)
    assert list(Path(job.folder).iterdir()) == []
    (tmp_path / "a file").touch()
    with pytest.raises(DestinationError, match="can't be used"):
        landing.check_folder(replace(job, folder=str(tmp_path / "a file" / "clips")))


def test_an_incomplete_video_is_discarded(landing: ClipSaver, job: Job, film: Path) -> None:
    content = film.read_bytes()
    for broken in (content[:1500], b"<html>", b"", content[:600] + bytes(len(content) - 600)):
        landing.part_path(job).write_bytes(broken)
        with pytest.raises(IncompleteVideo):
            landing.save(job, "image", NOW)
        assert list(Path(job.folder).iterdir()) == []
    with pytest.raises(IncompleteVideo):
        landing.save(job, "image", NOW)


def test_a_lone_surrogate_in_an_unknown_parameter_keeps_no_clip_from_being_saved(
    landing: ClipSaver, job: Job, film: Path
) -> None:
    odd = replace(job, draft=replace(FOX, extra={"later": "half \ud83d"}))
    landing.part_path(odd).write_bytes(film.read_bytes())
    settings = json.loads(read_clip_metadata(landing.save(odd, "image", NOW).file) or "")
    assert settings["request"]["later"] == "half \ud83d"


def test_settings_that_a_file_can_not_hold_are_kept_beside_it(landing: ClipSaver, job: Job, film: Path) -> None:
    part = landing.part_path(job)
    uncarriable(part, film)
    with pytest.raises(BadMedia):
        write_clip_metadata(part, "settings")
    content = part.read_bytes()
    landed = landing.save(job, "image", NOW)
    assert landed.file.read_bytes() == content
    assert landed.notice.startswith("Its settings didn't fit into the file, so they are kept beside it.")
    assert json.loads(find_settings(landed.file) or "")["generation"] == GENERATION
    found = landing.find_saved(job)
    assert found is not None
    assert found.file == landed.file


def test_a_whole_clip_that_can_not_be_shown_is_kept_when_it_comes_again(
    landing: ClipSaver, job: Job, film: Path
) -> None:
    """It was paid for, and downloading it a third time wouldn't change it."""
    unknown = film.read_bytes().replace(b"avc1", b"xyz1", 2).replace(b"avcC", b"xyzC")
    other = unknown.replace(b"xyz1", b"xyz2")
    for content in (unknown, other, unknown):
        landing.part_path(job).write_bytes(content)
        with pytest.raises(IncompleteVideo):
            landing.save(job, "image", NOW)
    landing.part_path(job).write_bytes(unknown)
    landed = landing.save(job, "image", NOW)
    assert "can't decode" in landed.notice or "can't be played" in landed.notice
    found = landing.find_saved(job)
    assert found is not None
    assert found.file == landed.file
    assert not landed.poster.exists()


def test_a_saved_clip_is_found_while_no_other_process_can_be_started(
    landing: ClipSaver, job: Job, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a machine short of memory, say. Otherwise it would be downloaded and saved a second time."""
    landing.part_path(job).write_bytes(film.read_bytes())
    landed = landing.save(job, "image", NOW)
    monkeypatch.setattr("sys.executable", "/bin/false")
    assert landing.find_saved(job) == landed


def test_another_video_with_the_same_name_is_not_mistaken_for_the_clip(
    landing: ClipSaver, job: Job, film: Path
) -> None:
    landing.part_path(job).write_bytes(film.read_bytes())
    file = landing.save(job, "image", NOW).file
    write_clip_metadata(file, json.dumps({"job": "another"}))
    assert landing.find_saved(job) is None
    write_clip_metadata(file, "a note of the user's")
    assert landing.find_saved(job) is None


def uncarriable(to: Path, film: Path) -> None:
    """A video with a table of places in the file, none of which may move."""
    table = (28).to_bytes(4) + b"meta" + bytes(4) + (16).to_bytes(4) + b"iloc" + bytes(8)
    to.write_bytes(film.read_bytes() + table)


def test_a_folder_that_clips_went_to_is_not_made_anew_on_another_disk(tmp_path: Path) -> None:
    folder = tmp_path / "disk" / "clips"
    check_disk(folder, lambda _: False)
    with pytest.raises(DestinationError, match="unplugged with its disk"):
        check_disk(folder, lambda _: True)
    folder.mkdir(parents=True)
    check_disk(folder, lambda _: True)
    with pytest.raises(DestinationError, match="unplugged with its disk"):
        check_disk(Path("/media/nobody/no such disk/clips"), lambda _: False)
    assert not folder.parent.with_name("media").exists()


def test_the_database_knows_where_clips_went(tmp_path: Path) -> None:
    assert not has_clips_in(tmp_path / "kling.db", tmp_path)
    done = Done("generation", "image", str(tmp_path / "a_b" / "Fox.mp4"), "")
    with closing(open_database(tmp_path / "kling.db")) as connection:
        JobStore(connection).add(Job("j", "s", "p", "window", "/c", Draft(prompt="A fox"), 1.0, done), "me")
    known = {name: has_clips_in(tmp_path / "kling.db", tmp_path / name) for name in ("a_b", "axb", "a_", "b")}
    assert known == {"a_b": True, "axb": False, "a_": False, "b": False}
