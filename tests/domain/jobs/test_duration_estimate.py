"""Durations are learned from the user's own jobs."""

from dataclasses import replace

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.duration_estimate import (
    DurationEstimate,
    duration_key,
    estimate_duration,
    measured_seconds,
)
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.request.draft import Draft

DONE = Job(
    "j", "s", "p", "window", "clips", Draft(), 0.0, job_states.Done("g", "i", "a.mp4"), sent_at=100.0, ended_at=400.0
)


def test_nearly_all_are_done_by_the_95th_percentile() -> None:
    assert estimate_duration(range(1, 102)) == DurationEstimate(early=6, median=51, late=96)


def test_with_few_known_durations_late_is_far_off() -> None:
    assert estimate_duration([100.0]) == DurationEstimate(100, 100, 200)
    assert estimate_duration([80.0, 120.0]) == DurationEstimate(80, 100, 240)
    assert estimate_duration([]) is None


def test_the_time_at_the_service_counts_not_the_time_the_app_was_closed() -> None:
    assert measured_seconds(DONE) == 300
    assert measured_seconds(replace(DONE, generation_seconds=90.0)) == 90
    assert measured_seconds(replace(DONE, state=job_states.Generating("g"))) is None


def test_only_jobs_of_one_length_are_compared() -> None:
    assert duration_key(DONE) != duration_key(replace(DONE, draft=Draft(duration=10)))
