from dataclasses import replace
from datetime import UTC, datetime

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.generation import Generation
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import JobState
from kling_desktop.domain.jobs.reconciliation import reconcile, without_claimed
from kling_desktop.domain.request.draft import Draft

SENT = 1_000_000.0
LOST = job_states.Unknown()


def job(
    name: str,
    state: JobState = LOST,
    sent: float = SENT,
    prompt: str = "a cat",
    profile: str = "default",
    user: str = "",
) -> Job:
    draft = Draft(prompt=prompt)
    return Job(name, "sandbox", profile, "window", "/clips", draft, 0.0, state, sent_at=sent, user=user)


def generation(
    name: str, at: float = SENT + 1, prompt: str = "a cat", size: tuple[int, int] = (1920, 1080)
) -> Generation:
    return Generation(name, "PENDING", datetime.fromtimestamp(at, UTC), prompt, *size)


def test_a_single_match_is_attached() -> None:
    seen = [generation("other", prompt="a dog"), generation("small", size=(1080, 1920)), generation("ours")]
    assert reconcile(job("a"), [job("a")], seen, set(), 0).attached == {"a": "ours"}


def test_a_generation_from_another_time_is_no_candidate() -> None:
    seen = [generation("old", SENT - 121), generation("late", SENT + 121)]
    assert reconcile(job("a"), [job("a")], seen, set(), 0).candidates == {"a": ()}


def test_the_server_s_clock_may_be_off_by_an_hour() -> None:
    assert reconcile(job("a"), [job("a")], [generation("ours", SENT + 3600)], set(), 3600).attached == {"a": "ours"}


def test_setting_the_clock_after_sending_hides_no_match() -> None:
    """By the clock of then it was sent at the server's 1,000,000; by the clock of now the server is a day behind."""
    ours = replace(job("a"), sent_skew=2.0)
    assert reconcile(ours, [ours], [generation("ours", SENT + 3)], set(), -86_400).attached == {"a": "ours"}


def test_an_absurd_date_that_was_believed_at_sending_hides_no_match() -> None:
    ours = replace(job("a"), sent_skew=-56 * 365 * 86_400.0)
    assert reconcile(ours, [ours], [generation("g")], (), 0.0).attached == {"a": "g"}


def test_three_takes_are_matched_as_a_group() -> None:
    lost = [job("a"), job("b", sent=SENT + 1), job("c", sent=SENT + 2)]
    seen = [generation("3", SENT + 2.5), generation("1", SENT + 0.5), generation("2", SENT + 1.5)]
    assert reconcile(lost[1], lost, seen, set(), 0).attached == {"a": "1", "b": "2", "c": "3"}


def test_fewer_matches_than_unknown_takes_are_for_the_user() -> None:
    lost = [job("a"), job("b")]
    finds = reconcile(lost[0], lost, [generation("1")], set(), 0)
    assert finds.attached == {}
    assert finds.candidates["a"] == ("1",)


def test_an_equal_generation_from_another_device_is_for_the_user() -> None:
    assert reconcile(job("a"), [job("a")], [generation("1"), generation("2")], set(), 0).attached == {}


def test_a_generation_of_another_job_is_not_claimed_twice() -> None:
    jobs = [job("a"), job("b", job_states.Generating("1"))]
    assert reconcile(jobs[0], jobs, [generation("1"), generation("2")], {"1"}, 0).attached == {"a": "2"}


def test_nothing_is_attached_while_a_take_is_still_being_sent() -> None:
    jobs = [job("a"), job("b", job_states.Sending())]
    assert reconcile(jobs[0], jobs, [generation("1")], set(), 0).attached == {}


def test_a_generation_without_a_time_is_never_attached() -> None:
    unclear = Generation("1", "PENDING", None, "a cat", 1920, 1080)
    assert reconcile(job("a"), [job("a")], [unclear], set(), 0).attached == {}


def test_a_claimed_candidate_is_no_longer_offered() -> None:
    asked = job_states.Unknown(5, needs_user=True, candidates=("1", "2", "3"))
    assert without_claimed(asked, {"2", "other"}) == job_states.Unknown(5, needs_user=True, candidates=("1", "3"))


def test_two_profiles_of_one_account_are_matched_as_a_group() -> None:
    lost = [job("a", user="u"), job("b", sent=SENT + 1, profile="second", user="u")]
    seen = [generation("1", SENT + 0.5), generation("2", SENT + 1.5)]
    assert reconcile(lost[0], lost, seen, set(), 0).attached == {"a": "1", "b": "2"}
    assert reconcile(lost[0], lost, seen[:1], set(), 0).attached == {}


def test_nothing_is_attached_while_another_profile_sends_an_equal_request() -> None:
    for user in ("u", ""):
        jobs = [job("a", user="u"), job("b", job_states.Sending(), profile="second", user=user)]
        assert not reconcile(jobs[0], jobs, [generation("1")], set(), 0).is_settled


def test_an_equal_request_of_another_account_does_not_count() -> None:
    lost = [job("a", user="u"), job("b", profile="second", user="v"), job("c", job_states.Sending(), user="v")]
    assert reconcile(lost[0], lost, [generation("1")], set(), 0).attached == {"a": "1"}


def test_profiles_that_may_share_an_account_are_for_the_user() -> None:
    for users in (("", ""), ("u", ""), ("", "u")):
        lost = [job("a", user=users[0]), job("b", profile="second", user=users[1])]
        finds = reconcile(lost[0], lost, [generation("1"), generation("2")], set(), 0)
        assert (finds.attached, finds.candidates["a"]) == ({}, ("1", "2"))
