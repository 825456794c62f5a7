import pytest

from kling_desktop.domain.jobs.duration_estimate import DurationEstimate
from kling_desktop.services.poll_schedule import PollSchedule, retry_notice, sleep_wall_clock


def test_nothing_is_asked_in_the_first_seconds_then_often_then_less_often() -> None:
    sent_ago = (0, 10, 18, 100, 299, 300, 899, 900, 3600)
    assert [PollSchedule().delay(since) for since in sent_ago] == [20, 10, 5, 5, 5, 10, 10, 20, 30]


def test_around_the_usual_time_it_is_asked_more_often_than_before_and_after() -> None:
    usual = DurationEstimate(early=100, median=150, late=200)
    assert [PollSchedule().delay(since, usual) for since in (0, 20, 90, 100, 199, 200, 700)] == [
        20,
        15,
        10,
        5,
        5,
        10,
        20,
    ]


@pytest.mark.parametrize("jump", [3600.0, -3600.0])
async def test_a_wait_is_over_when_the_machine_has_slept_or_its_clock_was_set_back(jump: float) -> None:
    now = [1_800_000_000.0]
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds + (jump if len(slept) == 2 else 0.0)

    await sleep_wall_clock(60, lambda: now[0], sleep)
    assert slept == [5, 5]


def test_a_clock_that_was_set_back_delays_nothing() -> None:
    assert PollSchedule().delay(-86_400) == 20


def test_waits_grow_with_failures_up_to_a_minute() -> None:
    waits = [PollSchedule().retry_delay(count) for count in range(1, 50)]
    assert waits[:6] == [2, 4, 8, 16, 32, 60]
    assert set(waits[6:]) == {60}


@pytest.mark.parametrize(("asked", "waits"), [(None, 2), (0, 2), (30, 30), (600, 600), (1e9, 900)])
def test_the_service_s_own_wish_is_heeded_within_reason(asked: float | None, waits: float) -> None:
    assert PollSchedule().retry_delay(1, asked) == waits


def test_a_poll_of_one_s_own_is_kept_and_bounds_every_wait() -> None:
    pace = PollSchedule(0.5)
    assert {pace.delay(since) for since in (0, 100, 5000)} == {0.5}
    assert [pace.retry_delay(count) for count in (1, 2, 3, 100)] == [1, 2, 2.5, 2.5]
    assert pace.retry_delay(1, 3600) == 2.5


def test_an_unknown_outcome_is_looked_for_over_a_minute_scaled_by_the_poll() -> None:
    assert sum(PollSchedule().reconcile_delays) == 62
    assert sum(PollSchedule(0.5).reconcile_delays) == pytest.approx(6.2)
    assert (PollSchedule().empty_timeout, PollSchedule(0.5).empty_timeout) == (600, 60)


@pytest.mark.parametrize(
    ("problem", "notice"),
    [
        ("not found", "not found. Trying again in 2 s."),
        ("It is full.", "It is full. Trying again in 2 s."),
        ("Why? ", "Why? Trying again in 2 s."),
        ("He said “no.”", "He said “no.” Trying again in 2 s."),
        ("まだです。", "まだです。 Trying again in 2 s."),
        ("see below:", "see below. Trying again in 2 s."),
    ],
)
def test_somebody_else_s_words_end_before_the_app_s_own_begin(problem: str, notice: str) -> None:
    assert retry_notice(problem, 2) == notice
