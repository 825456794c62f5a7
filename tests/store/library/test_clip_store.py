"""Clips on disk: saved together with their jobs, and created for jobs from before there were clips."""

import sqlite3
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.jobs.job import Cost, Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library.clip_query import ClipGrouping, ClipQuery, ClipSort
from kling_desktop.domain.request.draft import Draft
from kling_desktop.store.jobs.job_store import JobStore
from kling_desktop.store.library.clip_store import ClipStore
from tests.store.sample_jobs import PROFILE, SERVICE, a_job

NOON = datetime(2026, 3, 12, 12, 0).astimezone().timestamp()
DONE = Done("generation-1", "image-1", "/clips/a.mp4", "/posters/a.jpg")


def a_clip(number: int, *, amount: str = "0.755", **draft: object) -> Job:
    changes: dict[str, object] = {"prompt": f"A fox, number {number}", **draft}
    state = replace(DONE, generation=f"generation-{number}", image=f"image-{number}")
    job = a_job(f"job-{number}", created_at=float(number), state=state, cost=Cost(Decimal(amount), "DOLLARS"))
    return replace(job, draft=replace(Draft(), **changes))  # type: ignore[arg-type]  # any part of a draft


@pytest.fixture
def clips(connection: sqlite3.Connection) -> ClipStore:
    return ClipStore(connection)


def found(clips: ClipStore) -> list[str]:
    return [clip.id for clip in clips.get_clips(clips.search.find(SERVICE, PROFILE, ClipQuery()).numbers)]


def words(connection: sqlite3.Connection, sought: str) -> list[int]:
    rows = connection.execute("SELECT rowid FROM clip_words WHERE clip_words MATCH ? ORDER BY rowid", (sought,))
    return [number for (number,) in rows]


def test_only_a_job_saved_as_done_has_a_clip(store: JobStore, clips: ClipStore) -> None:
    for number in (1, 3, 2):
        store.add(a_job(f"job-{number}", created_at=float(number)), "me")
        store.save(a_clip(number))
    store.add(a_job("job-4"), "me")
    assert found(clips) == ["job-3", "job-2", "job-1"]
    assert [job.id for job in store.unfinished(SERVICE, PROFILE)] == ["job-4"]
    assert clips.count(SERVICE, PROFILE) == 3


def test_a_clip_and_its_job_are_saved_together_or_not_at_all(
    store: JobStore, clips: ClipStore, connection: sqlite3.Connection
) -> None:
    store.add(a_job(), "me")
    connection.execute("CREATE TRIGGER full BEFORE INSERT ON clips BEGIN SELECT RAISE(ABORT, 'no room'); END")
    with pytest.raises(UserError):
        store.save(a_clip(1))
    assert store.get("job-1") == a_job()
    assert found(clips) == []


def test_saving_a_done_job_again_keeps_the_review(store: JobStore, clips: ClipStore) -> None:
    store.add(a_clip(1), "me")
    clip = clips.get_clip("job-1")
    assert clip
    clips.save([liked := replace(clip, rating=4, notes="the best")])
    store.save(a_clip(1))
    assert clips.get_clip("job-1") == liked


def test_prompts_notes_and_tags_are_searchable_by_prefix(
    store: JobStore, clips: ClipStore, connection: sqlite3.Connection
) -> None:
    store.add(a_clip(1, prompt="Ein Füchslein im Schnee \udcff"), "me")
    store.add(a_clip(2), "me")
    one, two = clips.get_clip("job-1"), clips.get_clip("job-2")
    assert one
    assert two
    clips.save([replace(two, notes="für Anna", tags=("winter night",))])
    assert words(connection, "fuchs*") == [one.number]
    assert words(connection, "notes: anna") == words(connection, "tags: winter") == [two.number]
    clips.delete([one])
    assert words(connection, "fuchs*") == []
    assert clips.get_clip("job-1") is None


def test_clips_to_learn_from_include_each_length_and_preset(store: JobStore, clips: ClipStore) -> None:
    store.add(a_clip(1, duration=10), "me")
    store.add(a_clip(2, duration=10, preset="noir"), "me")
    for number in range(3, 150):
        store.add(a_clip(number), "me")
    telling = clips.recent_for_learning(SERVICE, PROFILE)
    assert [clip.id for clip in telling[:2]] == ["job-149", "job-148"]
    assert [clip.id for clip in telling[-2:]] == ["job-2", "job-1"]
    assert len(telling) == 102


def test_jobs_from_before_there_were_clips_get_theirs_once(
    store: JobStore, clips: ClipStore, connection: sqlite3.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(3):
        store.add(a_clip(number), "me")
    store.add(a_job("open"), "me")
    connection.executescript(
        "DELETE FROM clips; DELETE FROM clip_words; UPDATE jobs SET body = 'torn' WHERE id = 'job-1';"
        "INSERT INTO clips_to_make SELECT id FROM jobs"
    )
    clips.create_missing_clips()
    assert found(clips) == ["job-2", "job-0"]
    assert "The job job-1 can't be read" in caplog.text
    caplog.clear()
    clips.create_missing_clips()
    assert not caplog.text


@pytest.mark.parametrize(
    ("query", "order", "groups"),
    [
        (ClipQuery(), "543210", ((0, "2026-03-12"), (3, "2026-03-11"))),
        (ClipQuery(sort=ClipSort.OLDEST, group=ClipGrouping.NONE), "012345", ()),
        (ClipQuery(sort=ClipSort.RATING, group=ClipGrouping.NONE), "240531", ()),
        (ClipQuery(sort=ClipSort.LENGTH, group=ClipGrouping.NONE), "534210", ()),
        (ClipQuery(sort=ClipSort.PRICE, group=ClipGrouping.NONE), "145320", ()),
        (ClipQuery(group=ClipGrouping.PRESET), "531420", ((0, "noir"), (3, ""))),
        (ClipQuery(sort=ClipSort.RATING), "453201", ((0, "2026-03-12"), (3, "2026-03-11"))),
        (ClipQuery(text="fox", sort=ClipSort.RATING, group=ClipGrouping.PRESET), "531240", ((0, "noir"), (3, ""))),
    ],
    ids=str,
)
def test_clips_can_be_sorted_and_grouped_in_every_way(
    store: JobStore, clips: ClipStore, query: ClipQuery, order: str, groups: tuple[tuple[int, str], ...]
) -> None:
    ratings = {0: 2, 2: 5, 4: 3}
    for number in range(6):
        job = a_clip(number, duration=10 if number in (3, 5) else 5, preset="noir" if number % 2 else "")
        cost = {1: Cost(Decimal(300), "CREDITS"), 4: Cost(Decimal("1.51"), "DOLLARS"), 0: None}.get(number, job.cost)
        store.add(replace(job, created_at=NOON - (5 - number) * 5 * 3600, cost=cost), "me")
    for number, rating in ratings.items():
        clip = clips.get_clip(f"job-{number}")
        assert clip
        clips.save([replace(clip, rating=rating)])
    answer = clips.search.find(SERVICE, PROFILE, query)
    assert "".join(clip.id[-1] for clip in clips.get_clips(answer.numbers)) == order
    assert answer.groups == groups
