from kling_desktop.domain.errors import RefusalReason
from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.failure_catalog import REFUSALS
from kling_desktop.domain.jobs.failure_summary import failure_kind, summarize_failures
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import JobState
from kling_desktop.domain.request.draft import Draft


def job(state: JobState, prompt: str = "A kite") -> Job:
    return Job("a", "sandbox", "default", "window", "/clips", Draft(prompt=prompt), 0.0, state)


def test_several_that_went_wrong_alike_are_told_in_one_sentence() -> None:
    refused = job_states.Refused("No.", reason=RefusalReason.MODERATION)
    told = summarize_failures([job(refused), job(refused), job(refused, "A  fox\nin the snow")])
    assert told == "3 clips: refused by the content filter. Not charged: nothing was accepted. “A kite” and 1 more"
    assert summarize_failures([job(job_states.Failed("g", "No."))]).startswith(
        "1 clip: failed at Leonardo. Refunded by Leonardo"
    )


def test_what_goes_on_and_what_the_user_ended_went_not_wrong() -> None:
    fine: list[JobState] = [job_states.Waiting(), job_states.Unknown(), job_states.Cancelled(), job_states.Forgotten()]
    assert not any(failure_kind(job(state)) for state in (*fine, job_states.Done("g", "i", "/f")))


def test_every_refusal_is_told_here_or_stops_all_and_is_told_there() -> None:
    for why, meaning in REFUSALS.items():
        assert bool(failure_kind(job(job_states.Refused("No.", reason=why)))) is not bool(
            meaning.halts_queue_message
        ), why
