from kling_desktop.domain import states
from kling_desktop.domain.draft import Draft
from kling_desktop.domain.ends import kind_of_end, said_of
from kling_desktop.domain.errors import Refusal
from kling_desktop.domain.job import Job
from kling_desktop.domain.refusals import REFUSALS
from kling_desktop.domain.states import State


def job(state: State, prompt: str = "A kite") -> Job:
    return Job("a", "sandbox", "default", "window", "/clips", Draft(prompt=prompt), 0.0, state)


def test_several_that_went_wrong_alike_are_told_in_one_sentence() -> None:
    refused = states.Refused("No.", why=Refusal.MODERATION)
    told = said_of([job(refused), job(refused), job(refused, "A  fox\nin the snow")])
    assert told == "3 clips: refused by the content filter. Not charged: nothing was accepted. “A kite” and 1 more"
    assert said_of([job(states.Failed("g", "No."))]).startswith("1 clip: failed at Leonardo. Refunded by Leonardo")


def test_what_goes_on_and_what_the_user_ended_went_not_wrong() -> None:
    fine: list[State] = [states.Waiting(), states.Unknown(), states.Cancelled(), states.Forgotten()]
    assert not any(kind_of_end(job(state)) for state in (*fine, states.Done("g", "i", "/f")))


def test_every_refusal_is_told_here_or_stops_all_and_is_told_there() -> None:
    for why, meaning in REFUSALS.items():
        assert bool(kind_of_end(job(states.Refused("No.", why=why)))) is not bool(meaning.stops), why
