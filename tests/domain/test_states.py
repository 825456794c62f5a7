import itertools

import pytest

from kling_desktop.domain import states
from kling_desktop.domain.draft import Draft
from kling_desktop.domain.job import Job
from kling_desktop.domain.states import ENDS, TABLE, UNSENT, Event, State

EXAMPLES: tuple[State, ...] = (
    states.Waiting(),
    states.Held(0.0),
    states.Uploading(),
    states.Sending(),
    states.Unknown(),
    states.Generating("g"),
    states.Made("g", "i", "v"),
    states.Downloading("g", "i", "v"),
    states.Done("g", "i", "f"),
    states.Failed("g", "w"),
    states.Blocked("g", "w"),
    states.Refused("w"),
    states.Cancelled(),
    states.Forgotten(),
)


def job(state: State) -> Job:
    return Job("j", "sandbox", "default", "window", "/clips", Draft(), 0.0, state)


def test_every_step_that_the_table_lacks_is_refused() -> None:
    for before, event, after in itertools.product(EXAMPLES, Event, EXAMPLES):
        if TABLE.get((type(before), event)) is type(after):
            assert job(before).moved(event, after).state == after
        else:
            with pytest.raises(ValueError, match="cannot"):
                job(before).moved(event, after)


def test_nothing_leaves_an_end() -> None:
    assert not [before for before, _ in TABLE if before in ENDS]


def test_every_state_can_be_reached_and_can_end() -> None:
    reached = {states.Waiting, *TABLE.values()}
    assert reached == {type(example) for example in EXAMPLES}
    leads_to_end = set(ENDS)
    for _ in EXAMPLES:
        leads_to_end |= {before for (before, _), after in TABLE.items() if after in leads_to_end}
    assert leads_to_end == reached


def test_once_sent_a_job_is_never_sent_again_but_by_the_user_s_word_or_when_nothing_was_accepted() -> None:
    back_to_unsent = {
        (before, event) for (before, event), after in TABLE.items() if after in UNSENT and before not in UNSENT
    }
    assert back_to_unsent == {(states.Sending, Event.POSTPONE), (states.Unknown, Event.SEND_AGAIN)}


def test_once_accepted_only_the_service_s_word_or_the_user_s_ends_a_job() -> None:
    accepted = (states.Generating, states.Made, states.Downloading)
    ends = {event for (before, event), after in TABLE.items() if before in accepted and after in ENDS}
    assert ends == {Event.FAIL, Event.BLOCK, Event.FINISH, Event.FORGET}
