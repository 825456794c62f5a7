from dataclasses import replace
from decimal import Decimal

from kling_desktop.domain.errors import RefusalReason
from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.failure_catalog import NOT_CHARGED, REFUNDED, REFUSALS
from kling_desktop.domain.jobs.failure_summary import FailureKind, failure_kind, summarize_failures
from kling_desktop.domain.jobs.job import DOLLARS, Cost, Job
from kling_desktop.domain.jobs.job_states import JobState
from kling_desktop.domain.request.draft import Draft


def job(state: JobState, prompt: str = "A kite") -> Job:
    return Job("a", "sandbox", "default", "window", "/clips", Draft(prompt=prompt), 0.0, state)


def test_failures_of_one_kind_are_told_in_one_sentence() -> None:
    refused = job_states.Refused("No.", reason=RefusalReason.MODERATION)
    jobs = [job(refused), job(refused), job(refused, "A  fox\nin the snow")]
    summary = summarize_failures(FailureKind.CONTENT_FILTER, jobs)
    assert summary == f"The content filter refused 3 clips: “A kite” and 1 more. {NOT_CHARGED}"
    failed = summarize_failures(FailureKind.FAILED, [job(job_states.Failed("g", "No."))])
    assert failed == f"1 clip failed at Leonardo: “A kite”. {REFUNDED}"


def test_what_a_failure_may_have_cost_is_left_out_where_it_differs() -> None:
    blocked = job(job_states.Blocked("g", "Held back."))
    priced = replace(blocked, cost=Cost(Decimal("1.51"), DOLLARS))
    assert summarize_failures(FailureKind.NO_VIDEO, [blocked, priced]).endswith("“A kite”.")


def test_what_is_under_way_or_was_ended_by_the_user_is_no_failure() -> None:
    fine: list[JobState] = [job_states.Waiting(), job_states.Unknown(), job_states.Cancelled(), job_states.Forgotten()]
    assert not any(failure_kind(job(state)) for state in (*fine, job_states.Done("g", "i", "/f")))


def test_each_refusal_is_summed_up_or_else_halts_the_queue() -> None:
    for reason, info in REFUSALS.items():
        kind = failure_kind(job(job_states.Refused("No.", reason=reason)))
        assert (kind is None) is bool(info.halts_queue_message), reason
