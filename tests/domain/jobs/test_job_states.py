import itertools

import pytest

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import PENDING, TERMINAL, TRANSITIONS, Event, JobState
from kling_desktop.domain.request.draft import Draft

EXAMPLES: tuple[JobState, ...] = (
    job_states.Waiting(),
    job_states.Held(0.0),
    job_states.Uploading(),
    job_states.Sending(),
    job_states.Unknown(),
    job_states.Generating("g"),
    job_states.Made("g", "i", "v"),
    job_states.Downloading("g", "i", "v"),
    job_states.Done("g", "i", "f"),
    job_states.Failed("g", "w"),
    job_states.Blocked("g", "w"),
    job_states.Refused("w"),
    job_states.Cancelled(),
    job_states.Forgotten(),
)


def job(state: JobState) -> Job:
    return Job("j", "sandbox", "default", "window", "/clips", Draft(), 0.0, state)


def test_transitions_that_are_not_in_the_table_are_refused() -> None:
    for before, event, after in itertools.product(EXAMPLES, Event, EXAMPLES):
        if TRANSITIONS.get((type(before), event)) is type(after):
            assert job(before).transition(event, after).state == after
        else:
            with pytest.raises(ValueError, match="cannot"):
                job(before).transition(event, after)


def test_no_transition_leaves_a_terminal_state() -> None:
    assert not [before for before, _ in TRANSITIONS if before in TERMINAL]


def test_every_state_can_be_reached_and_left_for_a_terminal_one() -> None:
    reached = {job_states.Waiting, *TRANSITIONS.values()}
    assert reached == {type(example) for example in EXAMPLES}
    leads_to_end = set(TERMINAL)
    for _ in EXAMPLES:
        leads_to_end |= {before for (before, _), after in TRANSITIONS.items() if after in leads_to_end}
    assert leads_to_end == reached


def test_a_sent_job_is_sent_again_only_by_the_user_or_if_nothing_was_accepted() -> None:
    back_to_unsent = {
        (before, event) for (before, event), after in TRANSITIONS.items() if after in PENDING and before not in PENDING
    }
    assert back_to_unsent == {(job_states.Sending, Event.POSTPONE), (job_states.Unknown, Event.RESEND)}


def test_an_accepted_job_is_ended_only_by_the_service_or_the_user() -> None:
    accepted = (job_states.Generating, job_states.Made, job_states.Downloading)
    ends = {event for (before, event), after in TRANSITIONS.items() if before in accepted and after in TERMINAL}
    assert ends == {Event.FAIL, Event.BLOCK, Event.FINISH, Event.FORGET}
