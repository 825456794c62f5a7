"""Unused files are deleted, and nothing else."""

import hashlib
import os
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kling_desktop.controllers.maintenance import clean_up_if_alone
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library.draft_from_clip import clip_settings
from kling_desktop.domain.presets.preset import PresetPart, from_draft
from kling_desktop.domain.request.draft import Draft, LocalImage
from kling_desktop.domain.request.frame_fit import Fit
from kling_desktop.domain.request.recent_media import RecentItem
from kling_desktop.domain.request.undo_history import UndoHistory
from kling_desktop.store.cleanup import DAY, HOUR, IMAGES, RetentionPolicy, clean_up
from kling_desktop.store.composer.drafts import DraftFile
from kling_desktop.store.composer.recent_media import RecentMediaFile
from kling_desktop.store.database import open_database
from kling_desktop.store.folders import Folders
from kling_desktop.store.jobs.job_store import JobStore
from kling_desktop.store.jobs.process_lock import ProcessLock
from kling_desktop.store.library.clip_store import ClipStore
from kling_desktop.store.presets.preset_folder import PresetFolder

NOW = 2_000_000_000.0
Copy = Callable[..., LocalImage]


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    made = Folders.under(tmp_path)
    made.ensure()
    return made


@pytest.fixture
def copy(folders: Folders) -> Copy:
    """Create a copy of an imported image, some days old."""

    def made(name: str, days: float = 40) -> LocalImage:
        path = folders.media / f"{hashlib.sha256(name.encode()).hexdigest()}.png"
        path.write_text(name)
        os.utime(path, (NOW - days * DAY,) * 2)
        return LocalImage(str(path), name)

    return made


def cleared(folders: Folders, copies: RetentionPolicy = IMAGES) -> set[str]:
    return {path.name for path in clean_up(folders, NOW, copies)}


def framed(*images: LocalImage) -> Draft:
    return Draft("A cat", image_reference=images)


def test_images_that_anything_refers_to_stay(folders: Folders, copy: Copy) -> None:
    names = (
        "draft",
        "parked",
        "undone",
        "redone",
        "job",
        "preset",
        "deleted",
        "recent",
        "broken",
        "beside",
        "unwanted",
    )
    images = {name: copy(name) for name in names}
    draft = replace(framed(images["draft"]), start_frame=(replace(images["parked"], fit=Fit.PAD),))
    history = UndoHistory((framed(images["undone"]),), (framed(images["redone"]),))
    DraftFile(folders.drafts / "draft.json").save(draft, history)
    (folders.drafts / "draft.broken-1.json").write_text(f"{{ {images['broken'].file}")
    connection = open_database(folders.database)
    JobStore(connection).add(Job("j", "service", "default", "window", "", framed(images["job"]), NOW), "")
    connection.close()
    presets = PresetFolder(folders.presets)
    presets.save(from_draft(framed(images["preset"]), "a", "A", frozenset(PresetPart)))
    kept, _ = presets.save(from_draft(framed(images["deleted"]), "b", "B", frozenset(PresetPart)))
    presets.delete(kept)
    (folders.data / "something new.json").write_text(f'["{images["beside"].file}"]')
    RecentMediaFile(folders.recent_media).save([RecentItem(images["recent"])])
    assert cleared(folders) == {Path(images["unwanted"].file).name}
    assert all(Path(image.file).exists() for name, image in images.items() if name != "unwanted")


def test_young_files_and_other_files_stay(folders: Folders, copy: Copy) -> None:
    copy("young", days=IMAGES.seconds / DAY - 1)
    (folders.media / "holiday.png").write_text("somebody else put it there")
    os.utime(folders.media / "holiday.png", (0, 0))
    (folders.media / ("a" * 64 + ".png")).symlink_to(folders.media / "holiday.png")
    assert cleared(folders) == set()


def test_beyond_the_size_limit_the_oldest_are_deleted_early(folders: Folders, copy: Copy) -> None:
    old, middle, new = (copy(name, days) for name, days in (("old", 9), ("mid", 5), ("new", 0.5)))
    assert cleared(folders, RetentionPolicy(30 * DAY, 6)) == {Path(old.file).name}
    assert cleared(folders, RetentionPolicy(30 * DAY, 0)) == {Path(middle.file).name}
    assert Path(new.file).exists()


def test_a_poster_is_deleted_with_the_last_clip_that_shows_it(folders: Folders) -> None:
    def done(name: str, draft: Draft) -> Job:
        state = Done(f"g{name}", "", f"/clips/{name}.mp4", str(folders.posters / f"{name}.jpg"))
        return Job(name, "service", "default", "window", "", draft, NOW, state)

    parent = done("parent", Draft("A fox"))
    jobs = (parent, done("child", clip_settings(parent)), done("alone", Draft("A hare")), done("last", Draft("A cat")))
    connection = open_database(folders.database)
    store, clips = JobStore(connection), ClipStore(connection)
    for job in jobs:
        store.add(job, "")
        (folders.posters / f"{job.id}.jpg").write_text("picture")
        os.utime(folders.posters / f"{job.id}.jpg", (NOW - 40 * DAY,) * 2)
    (folders.posters / "young.jpg").write_text("its clip comes just now")
    os.utime(folders.posters / "young.jpg", (NOW - 60,) * 2)

    def delete(*names: str) -> None:
        clips.delete([clip for name in names if (clip := clips.get_clip(name))])

    assert cleared(folders) == set()
    delete("alone", "parent")
    assert cleared(folders) == {"alone.jpg"}  # the other one is shown with the clip it led to
    delete("child")
    assert cleared(folders) == {"parent.jpg", "child.jpg"}
    delete("last")
    assert cleared(folders) == set()  # nothing is known about it any more: its file may be found again
    connection.close()


def test_everything_stays_if_references_cant_be_read(folders: Folders, copy: Copy) -> None:
    copy("unwanted")
    folders.database.write_text("no database")
    assert cleared(folders) == set()
    folders.database.unlink()
    connection = sqlite3.connect(folders.database)
    connection.execute("BEGIN EXCLUSIVE")
    connection.close()
    assert len(cleared(folders)) == 1


def test_the_cache_and_fitted_frames_are_bounded(folders: Folders) -> None:
    looked_up, fitted = folders.cache / "looked up", folders.media / "fitted"
    for folder in (looked_up, fitted):
        folder.mkdir()
        for name, days in (("old.jpg", 100), ("new.jpg", 2)):
            (folder / name).write_text(name)
            os.utime(folder / name, (NOW - days * DAY,) * 2)
    (looked_up / "film.mp4").write_text("film")
    os.utime(looked_up / "film.mp4", (NOW - 100 * DAY,) * 2)
    clean_up(folders, NOW)
    assert [path.name for path in looked_up.iterdir()] == ["new.jpg"]
    assert [path.name for path in fitted.iterdir()] == ["new.jpg"]


def test_nothing_is_deleted_while_another_window_is_open(folders: Folders, copy: Copy) -> None:
    image = copy("unwanted")
    os.utime(image.file, (0, 0))
    mine, other = ProcessLock(folders.process_locks), ProcessLock(folders.process_locks)
    assert not clean_up_if_alone(folders)
    assert Path(image.file).exists()
    other.close()
    assert clean_up_if_alone(folders)
    assert not Path(image.file).exists()
    mine.close()


def test_the_images_of_a_clip_stay_as_long_as_it_is_in_the_library(folders: Folders, copy: Copy) -> None:
    image = copy("start")
    connection = open_database(folders.database)
    done = Done("g", "i", "/c/a.mp4")
    JobStore(connection).add(Job("j", "service", "default", "window", "", framed(image), NOW, done), "")
    assert not cleared(folders)
    clips = ClipStore(connection)
    clip = clips.get_clip("j")
    assert clip is not None
    clips.delete([clip])
    connection.close()
    assert cleared(folders) == {Path(image.file).name}


@pytest.mark.parametrize("place", ["fitted", "cache"])
def test_what_can_be_made_again_is_bounded_within_a_day(folders: Folders, place: str) -> None:
    folder = folders.cache if place == "cache" else folders.media / "fitted"
    folder.mkdir(exist_ok=True)
    for number in range(12):
        path = folder / f"{number}.jpg"
        path.touch()
        os.truncate(path, 200 * 2**20)
        os.utime(path, (NOW - (12 - number) * HOUR + 1,) * 2)
    clean_up(folders, NOW)
    left = sorted(int(path.stem) for path in folder.iterdir())
    assert left == ([11] if place == "cache" else list(range(7, 12)))
