"""What is written can be read, today and in years."""

import json
from typing import Any, get_args

import pytest
from hypothesis import given, settings

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import JobState, Waiting
from kling_desktop.domain.request.draft import Draft, Media
from kling_desktop.domain.request.model_table import KLING_O1
from kling_desktop.domain.request.undo_history import UndoHistory
from kling_desktop.store.codec import MEDIA, STATES, read_draft, read_job, write_draft, write_job
from tests.store.job_strategies import drafts, jobs
from tests.store.sample_jobs import a_job


@settings(deadline=None)
@given(jobs)
def test_a_job_is_read_back_unchanged(job: Job) -> None:
    text = write_job(job)
    back = read_job(text)
    assert back == job
    assert type(back.state) is type(job.state)
    assert back.cost is None or str(back.cost) == str(job.cost)
    text.encode("ascii")


@settings(deadline=None)
@given(drafts)
def test_a_draft_is_read_back_unchanged(draft: Draft) -> None:
    assert read_draft(write_draft(draft, UndoHistory())) == (draft, UndoHistory())


def test_every_state_and_media_type_has_a_tag_in_the_file() -> None:
    assert set(STATES.values()) == set(get_args(JobState))
    assert set(MEDIA.values()) == set(get_args(Media))
    assert json.loads(write_job(a_job()))["state"] == {"is": "waiting"}


def test_keys_of_a_newer_version_are_skipped() -> None:
    written = json.loads(write_job(a_job()))
    written["mood"] = "cheerful"
    written["state"]["since"] = 5
    written["draft"]["size"]["depth"] = 3
    assert read_job(json.dumps(written)) == a_job()


def test_keys_missing_in_an_older_version_take_their_defaults() -> None:
    short = {"id": "a", "service": "s", "profile": "p", "origin": "window", "folder": "/", "draft": {}, "created_at": 1}
    job = read_job(json.dumps(short))
    assert job.draft == Draft()
    assert job.draft.size == KLING_O1.sizes[0]
    assert job.state == Waiting()


@pytest.mark.parametrize(
    "change",
    [
        {"state": {"is": "dreaming"}},
        {"state": "waiting"},
        {"state": {"is": "held"}},
        {"created_at": "yesterday"},
        {"id": None},
        {"draft": None},
        {"draft": {"size": []}},
        {"draft": {"public": "no"}},
        {"draft": {"seed": "7"}},
        {"draft": {"parked": ["attic"]}},
        {"draft": {"start_frame": [{"is": "painting"}]}},
        {"draft": {"start_frame": 3}},
        {"draft": {"extra": 3}},
        {"cost": {"amount": "much", "unit": "DOLLARS"}},
    ],
)
def test_a_malformed_job_is_an_error(change: dict[str, Any]) -> None:
    with pytest.raises(UserError):
        read_job(json.dumps(json.loads(write_job(a_job())) | change))


@pytest.mark.parametrize("text", ["", "{", "null", "[]", '"job"', "[" * 100_000, '{"id": ' + "9" * 5000 + "}"])
def test_text_that_is_no_job_is_an_error(text: str) -> None:
    with pytest.raises(UserError):
        read_job(text)
    with pytest.raises(UserError):
        read_draft(text)
