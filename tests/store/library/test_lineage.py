"""Which clip was made from which, on disk."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library import draft_from_clip
from kling_desktop.domain.library.clip_query import ClipQuery, LineageFilter, LineageScope
from kling_desktop.domain.library.lineage import Relation, from_frame
from kling_desktop.domain.library.lineage_graph import (
    Direction,
    ExternalInput,
    HiddenCount,
    LineageEdge,
    LineageGraph,
    LineageNode,
)
from kling_desktop.domain.request.draft import GENERATED, UPLOADED, Draft, LocalImage, StoredMedia
from kling_desktop.domain.request.models import Slot
from kling_desktop.store.jobs.job_store import JobStore
from kling_desktop.store.library.clip_store import ClipStore
from kling_desktop.store.library.lineage import LineageStore
from tests.store.sample_jobs import PROFILE, SERVICE, a_job


def done(name: str, draft: Draft, at: float = 0.0) -> Job:
    state = Done(f"g-{name}", f"i-{name}", f"/clips/{name}.mp4", f"/posters/{name}.jpg")
    return a_job(name, draft=draft, created_at=at, state=state, preset_name="Winter" if name == "child" else "")


PARENT = done("parent", Draft(prompt="A fox in the snow"))
FRAME = from_frame(LocalImage("/media/frame.png", "frame", "f" * 64), PARENT, 44)
CHILD = done("child", replace(draft_from_clip.clip_settings(PARENT), start_frame=(FRAME,)), 1.0)


@pytest.fixture
def posters(tmp_path: Path) -> Path:
    folder = tmp_path / "posters"
    folder.mkdir()
    (folder / "parent.jpg").write_bytes(b"picture")
    return folder


@pytest.fixture
def family(connection: sqlite3.Connection, posters: Path) -> LineageStore:
    video = draft_from_clip.clip_video(PARENT)
    assert video is not None
    add(
        connection,
        PARENT,
        CHILD,
        done("edit", draft_from_clip.with_video(Draft(prompt="At night"), video), 2.0),
        done("by id", Draft(prompt="By day", video_reference_base=(StoredMedia("i-parent", GENERATED),)), 3.0),
    )
    return LineageStore(connection)


def add(connection: sqlite3.Connection, *jobs: Job) -> None:
    for job in jobs:
        JobStore(connection).add(job, "me")


def run_of(name: str, parent: Job, at: float) -> Job:
    return done(name, replace(draft_from_clip.clip_settings(parent), prompt=name), at)


def jobs(family: LineageGraph) -> list[str]:
    return [one.job for one in family.nodes]


def find(connection: sqlite3.Connection, job: str, kinship: LineageScope) -> set[str]:
    store = ClipStore(connection)
    found = store.search.find(SERVICE, PROFILE, ClipQuery(lineage=LineageFilter(job, kinship)))
    return {clip.id for clip in store.get_clips(found.numbers)}


def test_the_parents_of_a_clip_are_known(family: LineageStore, posters: Path) -> None:
    told = family.get_graph(CHILD, posters)
    assert told.nodes == (LineageNode("parent", "A fox in the snow", str(posters / "parent.jpg")),)
    assert told.edges == (
        LineageEdge("parent", "child", Relation.START_FRAME, 44, "/media/frame.png"),
        LineageEdge("parent", "child", Relation.RUN),
    )
    assert told.preset_name == "Winter"


def test_the_external_inputs_of_a_clip_are_known(connection: sqlite3.Connection, posters: Path) -> None:
    fox = LocalImage("/media/fox.png", "fox.png", "f" * 64)
    upload = StoredMedia("upload", UPLOADED)
    add(connection, PARENT, job := done("with pictures", Draft(image_reference=(FRAME, fox, upload))))
    told = LineageStore(connection).get_graph(job, posters)
    assert told.inputs == (
        ExternalInput(Relation.REFERENCE, 2, "/media/fox.png", "fox.png"),
        ExternalInput(Relation.REFERENCE, 3, image="upload"),
    )
    assert [bond.relation for bond in told.edges] == [Relation.REFERENCE]


def test_the_children_of_a_clip_are_listed_latest_first(family: LineageStore, posters: Path) -> None:
    told = family.get_graph(PARENT, posters)
    assert [(kin.job, kin.prompt_excerpt) for kin in told.nodes] == [
        ("by id", "By day"),
        ("edit", "At night"),
        ("child", "A fox in the snow"),
    ]
    assert {bond.relation for bond in told.between("parent", "by id")} == {Relation.EDIT}


def test_a_video_given_by_its_id_is_recognized_as_a_clip(family: LineageStore, posters: Path) -> None:
    edit = done("by id", Draft(video_reference_base=(StoredMedia("i-parent", GENERATED),)))
    told = family.get_graph(edit, posters)
    assert [(kin.job, kin.prompt_excerpt) for kin in told.nodes] == [("parent", "A fox in the snow")]
    assert not told.inputs


def test_an_unknown_video_is_an_external_input(connection: sqlite3.Connection, posters: Path) -> None:
    add(connection, job := done("edit", Draft(video_reference_base=(StoredMedia("elsewhere", GENERATED),))))
    assert LineageStore(connection).get_graph(job, posters).inputs == (
        ExternalInput(Relation.EDIT, 1, image="elsewhere"),
    )


def test_a_deleted_parent_still_has_its_prompt_and_poster(
    family: LineageStore, connection: sqlite3.Connection, posters: Path
) -> None:
    clips = ClipStore(connection)
    parent, child = clips.get_clip("parent"), clips.get_clip("child")
    assert parent is not None
    assert child is not None
    clips.delete([parent])
    [gone] = family.get_graph(CHILD, posters).nodes
    assert gone == LineageNode("parent", "A fox in the snow", str(posters / "parent.jpg"), is_in_library=False)
    clips.delete([child])
    assert [kin.is_in_library for kin in family.get_graph(PARENT, posters).nodes if kin.job == "child"] == [False]
    clips.add([parent, child])
    assert all(kin.is_in_library for kin in family.get_graph(CHILD, posters).nodes)


def test_ancestors_are_found_through_a_deleted_clip(connection: sqlite3.Connection, posters: Path) -> None:
    line = [done("0", Draft(prompt="0"))]
    for name in "123456":
        line.append(run_of(name, line[-1], float(name)))
    add(connection, *line)
    clips = ClipStore(connection)
    gone = clips.get_clip("2")
    assert gone is not None
    clips.delete([gone])
    told = LineageStore(connection).get_graph(line[3], posters)
    assert jobs(told) == ["2", "1", "0", "4", "5", "6"]
    assert {kin.job for kin in told.nodes if not kin.is_in_library} == {"2"}
    assert [(bond.parent, bond.child) for bond in told.edges] == [(str(n), str(n + 1)) for n in range(6)]
    assert not told.hidden
    assert LineageStore(connection).get_graph(line[4], posters).hidden == (HiddenCount("1", Direction.MADE_FROM, 1),)
    assert LineageStore(connection).get_graph(line[2], posters).hidden == (HiddenCount("5", Direction.LED_TO, 1),)
    assert find(connection, "3", LineageScope.ALL) == {"3", "4", "5", "6", "1", "0"}
    assert find(connection, "3", LineageScope.PARENTS) == set()  # the deleted one


def test_some_of_many_children_are_shown_and_all_can_be_searched(connection: sqlite3.Connection, posters: Path) -> None:
    takes = [run_of(f"take {number}", PARENT, float(number)) for number in range(40)]
    later = [run_of(f"of {number}", takes[39], 50.0 + number) for number in range(6)]
    add(connection, PARENT, *takes, *later)
    told = LineageStore(connection).get_graph(PARENT, posters)
    assert jobs(told)[:5] == ["take 39", "take 38", "take 37", "take 36", "take 35"]
    assert jobs(told)[5:] == ["of 5", "of 4", "of 3"]
    assert set(told.hidden) == {
        HiddenCount("parent", Direction.LED_TO, 35),
        HiddenCount("take 39", Direction.LED_TO, 3),
    }
    assert find(connection, "parent", LineageScope.CHILDREN) == {job.id for job in takes}
    assert find(connection, "of 0", LineageScope.PARENTS) == {"take 39"}
    assert len(find(connection, "parent", LineageScope.ALL)) == 47


def test_the_lineage_search_follows_video_ids(family: LineageStore, connection: sqlite3.Connection) -> None:
    assert find(connection, "parent", LineageScope.CHILDREN) == {"child", "edit", "by id"}
    assert find(connection, "by id", LineageScope.ALL) == {"by id", "parent"}
    assert find(connection, "by id", LineageScope.PARENTS) == {"parent"}


def test_circular_lineage_shows_each_clip_once(connection: sqlite3.Connection, posters: Path) -> None:
    hen, egg = done("hen", Draft(prompt="Hen")), done("egg", Draft(prompt="Egg"))
    hen, egg = run_of("hen", egg, 1.0), run_of("egg", hen, 2.0)
    add(connection, hen, egg)
    assert jobs(LineageStore(connection).get_graph(hen, posters)) == ["egg"]
    assert find(connection, "hen", LineageScope.ALL) == {"hen", "egg"}


def test_a_prompt_of_lone_surrogates_has_lineage(connection: sqlite3.Connection, posters: Path) -> None:
    odd = done("odd", Draft(prompt="\udcff"))
    frame = from_frame(LocalImage("/media/\udcff.png"), odd, 0)
    add(connection, odd, child := done("of odd", Draft().with_media(Slot.START_FRAME, (frame,))))
    [parent] = LineageStore(connection).get_graph(child, posters).nodes
    assert parent.prompt_excerpt == "?"
