"""Which clip was made from which, on disk."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from kling_desktop.domain import next_request
from kling_desktop.domain.draft import GENERATED, Draft, LocalImage, StoredMedia
from kling_desktop.domain.job import Job
from kling_desktop.domain.lineage import Given, Relatives, Tie, from_frame
from kling_desktop.domain.model import Slot
from kling_desktop.domain.states import Done
from kling_desktop.store.clips import ClipStore
from kling_desktop.store.jobs import JobStore
from kling_desktop.store.lineage import LineageStore
from tests.store.some_jobs import a_job


def done(name: str, draft: Draft, at: float = 0.0) -> Job:
    state = Done(f"g-{name}", f"i-{name}", f"/clips/{name}.mp4", f"/posters/{name}.jpg")
    return a_job(name, draft=draft, created_at=at, state=state, preset_name="Winter" if name == "child" else "")


PARENT = done("parent", Draft(prompt="A fox in the snow"))
FRAME = from_frame(LocalImage("/media/frame.png", "frame", "f" * 64), PARENT, 44)


@pytest.fixture
def posters(tmp_path: Path) -> Path:
    folder = tmp_path / "posters"
    folder.mkdir()
    (folder / "parent.jpg").write_bytes(b"picture")
    return folder


@pytest.fixture
def family(connection: sqlite3.Connection, posters: Path) -> LineageStore:
    jobs = JobStore(connection)
    video = next_request.video_of(PARENT)
    assert video is not None
    for job in (
        PARENT,
        done("child", replace(next_request.settings_of(PARENT), start_frame=(FRAME,)), 1.0),
        done("edit", next_request.with_video(Draft(prompt="At night"), video), 2.0),
        done("by id", Draft(prompt="By day", video_reference_base=(StoredMedia("i-parent", GENERATED),)), 3.0),
    ):
        jobs.add(job, "me")
    return LineageStore(connection)


def told(relatives: Relatives) -> list[tuple[str, Tie, int | None, str, bool]]:
    return [(one.job, one.tie, one.frame, one.words, one.there) for one in relatives.made_from]


def test_a_clip_knows_what_it_was_made_from(
    family: LineageStore, connection: sqlite3.Connection, posters: Path
) -> None:
    child = ClipStore(connection).clip("child")
    assert child is not None
    relatives = family.relatives(child.job, posters)
    assert told(relatives) == [
        ("parent", Tie.START_FRAME, 44, "A fox in the snow", True),
        ("parent", Tie.RUN, None, "A fox in the snow", True),
    ]
    assert [one.picture for one in relatives.made_from] == ["/media/frame.png", str(posters / "parent.jpg")]
    assert relatives.preset == "Winter"


def test_a_clip_knows_the_pictures_it_was_made_with(connection: sqlite3.Connection, posters: Path) -> None:
    fox = LocalImage("/media/fox.png", "fox.png", "f" * 64)
    JobStore(connection).add(done("with pictures", Draft(image_reference=(FRAME, fox))), "me")
    clip = ClipStore(connection).clip("with pictures")
    assert clip is not None
    relatives = LineageStore(connection).relatives(clip.job, posters)
    assert relatives.given == (Given(Tie.REFERENCE, 2, "/media/fox.png", "fox.png"),)
    assert [one.tie for one in relatives.made_from] == [Tie.REFERENCE]


def test_a_clip_knows_what_it_has_led_to_latest_first(family: LineageStore, posters: Path) -> None:
    led_to = family.relatives(PARENT, posters).led_to
    assert [(one.job, one.tie, one.words) for one in led_to] == [
        ("by id", Tie.EDIT, "By day"),
        ("edit", Tie.EDIT, "At night"),
        ("child", led_to[2].tie, "A fox in the snow"),
    ]


def test_a_video_given_by_its_id_is_found_to_be_a_clip(family: LineageStore, posters: Path) -> None:
    edit = done("by id", Draft(video_reference_base=(StoredMedia("i-parent", GENERATED),)))
    assert told(family.relatives(edit, posters)) == [("parent", Tie.EDIT, None, "A fox in the snow", True)]


def test_a_parent_that_is_deleted_is_still_named_and_pictured(
    family: LineageStore, connection: sqlite3.Connection, posters: Path
) -> None:
    clips = ClipStore(connection)
    parent, child = clips.clip("parent"), clips.clip("child")
    assert parent is not None
    assert child is not None
    clips.delete([parent])
    relatives = family.relatives(child.job, posters)
    assert told(relatives) == [
        ("parent", Tie.START_FRAME, 44, "A fox in the snow", False),
        ("parent", Tie.RUN, None, "A fox in the snow", False),
    ]
    assert [one.picture for one in relatives.made_from] == ["/media/frame.png", str(posters / "parent.jpg")]
    clips.delete([child])
    assert [one.there for one in family.relatives(PARENT, posters).led_to if one.job == "child"] == [False]
    clips.add([parent, child])
    assert all(there for *_, there in told(family.relatives(child.job, posters)))


def test_a_prompt_of_halves_of_letters_has_lineage_too(connection: sqlite3.Connection, posters: Path) -> None:
    odd = done("odd", Draft(prompt="\udcff"))
    JobStore(connection).add(odd, "me")
    frame = from_frame(LocalImage("/media/\udcff.png"), odd, 0)
    child = done("of odd", Draft().holding(Slot.START_FRAME, (frame,)))
    JobStore(connection).add(child, "me")
    [parent] = LineageStore(connection).relatives(child, posters).made_from
    assert parent.words == "?"
