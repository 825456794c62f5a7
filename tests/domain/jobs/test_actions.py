"""The table of actions is whole, its words and keys stand for one thing each, and what it offers can be reached."""

from collections import Counter
from enum import Enum

import pytest

from kling_desktop.domain.jobs.actions import (
    ACTIONS,
    Action,
    ActionPlace,
    ExportAction,
    JobAction,
    Offer,
    Pane,
    ReuseAction,
    ReviewAction,
    key_bindings,
    offered_at,
)

KINDS: tuple[type[Enum], ...] = (JobAction, ReuseAction, ReviewAction, ExportAction)
FOR_MANY = (ActionPlace.SELECTION_MENU, ActionPlace.REVIEW_MENU, ActionPlace.QUEUE_BAR)
EVERY_ACTION = tuple(ACTIONS)


def test_every_action_is_in_the_table_once() -> None:
    assert set(EVERY_ACTION) == {action for kind in KINDS for action in kind}


def test_no_two_actions_have_the_same_words() -> None:
    for words in (
        [spec.label for spec in ACTIONS.values() if spec.label],
        [spec.label_for_many for spec in ACTIONS.values() if spec.label_for_many],
        [spec.name for spec in ACTIONS.values()],
    ):
        assert [twice for twice, count in Counter(words).items() if count > 1] == []


@pytest.mark.parametrize("action", EVERY_ACTION, ids=str)
def test_every_action_can_be_reached_and_has_words_where_it_is_offered(action: Action) -> None:
    spec = ACTIONS[action]
    assert spec.places or spec.keys
    assert bool(spec.keys) is bool(spec.panes)
    assert spec.label or spec.label_for_many
    assert spec.label_for_many or not spec.places.intersection(FOR_MANY)
    assert Offer(action, 3).label == spec.label_for_many.format(count=3)
    assert Offer(action).label == spec.label


@pytest.mark.parametrize("pane", Pane, ids=str)
def test_a_key_stands_for_one_action_or_for_those_that_exclude_each_other(pane: Pane) -> None:
    shared = {key: [action for action, _ in bound] for key, bound in key_bindings(pane).items() if len(bound) > 1}
    assert (
        shared
        == {
            Pane.LIBRARY: {"Enter": [JobAction.OPEN, JobAction.COMPARE]},
            Pane.QUEUE: {"Space": [JobAction.SEND_NOW, JobAction.PAUSE]},
            Pane.VIEWER: {},
        }[pane]
    )


def test_a_rating_has_a_key_for_each_number_of_stars() -> None:
    keys = key_bindings(Pane.LIBRARY)
    assert [keys[str(stars)] for stars in range(6)] == [((ReviewAction.RATE, stars),) for stars in range(6)]


@pytest.mark.parametrize("place", ActionPlace, ids=str)
def test_every_place_offers_something(place: ActionPlace) -> None:
    assert offered_at(place)


def test_the_number_in_the_words_is_written_as_people_do() -> None:
    assert Offer(ExportAction.COPY_FILE, 1200).label == "Copy 1,200 files"
