"""What a card says and offers in each state."""

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, QRect

from kling_desktop.domain.errors import RefusalReason
from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.actions import Action, ActionPlace, JobAction, ReuseAction, offered_at
from kling_desktop.domain.jobs.duration_estimate import DurationEstimate
from kling_desktop.domain.jobs.failure_catalog import (
    NO_MATCH_YET,
    NOT_CHARGED,
    REFUNDED,
    RecoveryAction,
    failure_details,
)
from kling_desktop.domain.jobs.job import Cost, Job
from kling_desktop.domain.request.draft import Draft
from kling_desktop.ui.library.cards.card import Card, card, ticks
from kling_desktop.ui.library.cards.card_painter import CardPainter
from kling_desktop.ui.theme import Theme

NOW = 1_000.0
USUAL = DurationEstimate(early=100, median=160, late=200)


def job(state: job_states.JobState, prompt: str = "A fox in the snow") -> Job:
    return Job("j", "s", "p", "window", "/clips", Draft(prompt=prompt), NOW - 100, state, sent_at=NOW - 72)


def buttons(shown: Card) -> list[Action]:
    return [offer.action for offer in shown.buttons]


EVERY_STATE: tuple[job_states.JobState, ...] = (
    job_states.Waiting(),
    job_states.Held(NOW + 2),
    job_states.Uploading(),
    job_states.Sending(),
    job_states.Unknown(),
    job_states.Unknown(3, True, ("a",)),
    job_states.Generating("g"),
    job_states.Made("g", "i", "v"),
    job_states.Downloading("g", "i", "v"),
    job_states.Done("g", "i", "/clips/a.mp4"),
    job_states.Failed("g", "The service could not make it."),
    job_states.Blocked("g", "Held back by the filter."),
    job_states.Refused("Too long."),
    job_states.Cancelled(),
    job_states.Forgotten(),
)


@pytest.mark.parametrize("state", EVERY_STATE, ids=lambda state: state.name)
def test_every_card_has_a_state_a_text_and_its_buttons_in_its_menu(state: job_states.JobState) -> None:
    shown = card(job(state), now=NOW)
    assert shown.word
    assert shown.text
    assert shown.word in shown.full
    assert "A fox in the snow" in shown.full
    assert set(shown.buttons) <= set(shown.menu)
    assert len(shown.buttons) <= 2


def test_generating_shows_elapsed_and_estimated_time() -> None:
    shown = card(job(job_states.Generating("g")), now=NOW, estimate=USUAL)
    assert (shown.left, shown.right) == ("1:12", "usually 2:40")
    assert shown.fraction == pytest.approx(0.45)


def test_generating_without_an_estimate_shows_no_bar() -> None:
    shown = card(job(job_states.Generating("g")), now=NOW)
    assert (shown.left, shown.right, shown.fraction) == ("1:12", "", None)


def test_a_job_over_its_estimate_has_a_full_bar() -> None:
    assert card(job(job_states.Generating("g")), now=NOW + 100, estimate=USUAL).fraction == 1.0


def test_a_job_slower_than_nearly_all_others_says_so() -> None:
    assert card(job(job_states.Generating("g")), now=NOW + 100, estimate=USUAL).right == "usually 2:40"
    assert card(job(job_states.Generating("g")), now=NOW + 200, estimate=USUAL).right == "slower than usual"


def test_the_hold_counts_down_and_can_be_undone() -> None:
    shown = card(job(job_states.Held(NOW + 1.4)), now=NOW)
    assert shown.word == "Sending in 2 s"
    assert buttons(shown) == [JobAction.UNDO, JobAction.SEND_NOW]
    assert ticks(job(job_states.Held(NOW + 1.4)))


def test_takes_of_one_click_are_undone_together_or_alone() -> None:
    shown = card(replace(job(job_states.Held(NOW + 2)), take=2, takes=4), now=NOW)
    assert shown.buttons[0].label == "Undo all 4"
    assert shown.offers(JobAction.CANCEL)
    assert not card(job(job_states.Held(NOW + 2)), now=NOW).offers(JobAction.CANCEL)


def test_a_download_shows_its_progress() -> None:
    shown = card(job(job_states.Downloading("g", "i", "v")), now=NOW, progress=(2_100_000, 8_400_000))
    assert (shown.word, shown.left, shown.fraction) == ("Downloading · 25 %", "2.1 of 8.4 MB", 0.25)


def test_a_download_of_unknown_size_shows_no_bar() -> None:
    shown = card(job(job_states.Downloading("g", "i", "v")), now=NOW, progress=(2_100_000, None))
    assert (shown.left, shown.fraction) == ("2.1 MB", None)


def test_a_waiting_job_after_a_restart_asks_for_a_click() -> None:
    assert buttons(card(job(job_states.Waiting()), now=NOW, paused=True)) == [JobAction.SEND_NOW, JobAction.EDIT]
    assert buttons(card(job(job_states.Waiting()), now=NOW)) == [JobAction.PAUSE, JobAction.EDIT]
    assert card(job(job_states.Waiting()), now=NOW).offers(JobAction.CANCEL)


def test_a_pending_job_shows_its_queue_position_and_take() -> None:
    told = [card(job(job_states.Waiting()), now=NOW, position=position).left for position in (1, 2)]
    assert told == ["Next", "Number 2 in the queue"]
    assert card(replace(job(job_states.Waiting()), take=2, takes=3), now=NOW).text == "Take 2 of 3 · A fox in the snow"


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (0, NO_MATCH_YET),
        (1, "1 clip at Leonardo could be this one."),
        (2, "2 clips at Leonardo could be this one."),
        (12, "12 clips at Leonardo could be this one."),
    ],
)
def test_an_unknown_outcome_says_how_many_clips_could_be_it(found: int, words: str) -> None:
    shown = card(job(job_states.Unknown(5, True, tuple(map(str, range(found))))), now=NOW)
    assert words in shown.full
    assert (JobAction.CHOOSE_CLIP in buttons(shown)) is (found > 0)
    assert (shown.left == "No matching clip at Leonardo so far") is (found == 0)
    assert shown.offers(JobAction.SEND_AGAIN)
    assert shown.offers(JobAction.FORGET)


def test_an_unknown_outcome_offers_nothing_that_could_cost_twice_while_it_is_reconciled() -> None:
    shown = card(job(job_states.Unknown(1)), now=NOW)
    assert shown.left == "Looking for it · 1:12"
    assert ticks(job(job_states.Unknown(1)))
    assert not shown.menu


def test_a_job_at_the_service_offers_no_cancel() -> None:
    for state in (job_states.Sending(), job_states.Generating("g"), job_states.Downloading("g", "i", "v")):
        assert not card(job(state), now=NOW).offers(JobAction.CANCEL)


def test_a_failure_says_whether_it_was_refunded() -> None:
    shown = card(job(job_states.Failed("g", "It failed.")), now=NOW)
    assert shown.left == "Refunded, as far as we know"
    assert REFUNDED in shown.full


def test_a_blocked_job_says_what_it_may_have_cost() -> None:
    blocked = replace(job(job_states.Blocked("g", "Held back.")), cost=Cost(Decimal("0.755"), "DOLLARS"))
    assert card(blocked, now=NOW).left == "May have cost $0.755"


def test_a_refused_seed_can_be_removed_with_one_click() -> None:
    refused = job(job_states.Refused("No seed here.", "", RefusalReason.PARAMETER, "parameters.seed is not allowed"))
    with_seed = replace(refused, draft=replace(refused.draft, seed=7))
    assert JobAction.RETRY_WITHOUT_SEED in buttons(card(with_seed, now=NOW))
    assert not card(refused, now=NOW).offers(JobAction.RETRY_WITHOUT_SEED)
    assert "“parameters.seed is not allowed”" in card(refused, now=NOW).full


def test_a_refused_prompt_enhance_can_be_removed_with_one_click() -> None:
    refused = job(job_states.Refused("None here.", "", RefusalReason.PARAMETER, "prompt_enhance must be one of: OFF"))
    enhanced = replace(refused, draft=replace(refused.draft, prompt_enhance="ON"))
    assert JobAction.RETRY_WITHOUT_ENHANCEMENT in buttons(card(enhanced, now=NOW))


def test_the_latest_notice_of_a_job_replaces_its_prompt() -> None:
    news = "Leonardo can’t be reached; asking again in 20 s"
    shown = card(replace(job(job_states.Generating("g")), notice=news), now=NOW)
    assert shown.text == news
    assert "A fox in the snow" in shown.full


WENT_WRONG = (
    job_states.Unknown(1),
    job_states.Unknown(3, True, ("a",)),
    job_states.Failed("g", "Leonardo could not make this video, and gave no reason."),
    job_states.Blocked("g", "Leonardo finished without a usable video."),
    *(job_states.Refused("The service said no.", "Change it.", why) for why in RefusalReason),
)


@pytest.mark.parametrize("state", WENT_WRONG, ids=str)
def test_a_failure_names_its_job_and_reason(state: job_states.JobState) -> None:
    shown = card(job(state), now=NOW)
    assert shown.text == "A fox in the snow"
    assert 0 < len(shown.reason) <= 34
    assert failure_details(job(state))[0] in shown.full


def test_details_say_each_thing_once() -> None:
    refused = job(
        job_states.Refused("Not allowed.", "Change the prompt.", RefusalReason.MODERATION, "Content Moderation: nsfw")
    )
    told = f"Not allowed. {NOT_CHARGED} Change the prompt."
    assert failure_details(refused) == (told, "Leonardo said: “Content Moderation: nsfw”")
    quoted = job(
        job_states.Refused("The service refused the request: bad luck.", "Change it.", vendor_message="bad luck")
    )
    told = f"The service refused the request: bad luck. {NOT_CHARGED} Change it."
    assert failure_details(quoted) == (told, "")


RECOVERIES = [
    (RefusalReason.KEY, "", JobAction.CHANGE_KEY),
    (RefusalReason.CREDIT, "", JobAction.OPEN_BILLING),
    (RefusalReason.MODEL, "", JobAction.OPEN_BILLING),
    (RefusalReason.MODERATION, "", ReuseAction.USE_SETTINGS),
    (RefusalReason.OTHER, "", JobAction.RETRY),
    (
        RefusalReason.PARAMETER,
        "parameters.prompt must be shorter than or equal to 1500 characters",
        ReuseAction.SHORTEN_PROMPT,
    ),
]


@pytest.mark.parametrize(("why", "said", "action"), RECOVERIES)
def test_each_refusal_offers_a_fix_and_says_that_nothing_was_charged(
    why: RefusalReason, said: str, action: RecoveryAction
) -> None:
    shown = card(job(job_states.Refused("The service said no.", "Change it.", why, said)), now=NOW)
    assert shown.offers(action)
    assert action in buttons(shown) or why is RefusalReason.OTHER
    assert NOT_CHARGED in shown.full
    assert said in shown.full


def test_a_job_whose_folder_is_gone_says_so_and_offers_another() -> None:
    gone = replace(
        job(job_states.Downloading("g", "i", "v")), notice="Its folder is gone: /clips. Trying again in 60 s."
    )
    shown = card(gone, now=NOW)
    assert (shown.word, shown.text) == ("Not saved yet", gone.notice)
    assert buttons(shown) == [JobAction.SAVE_ELSEWHERE]
    assert set(shown.buttons) <= set(shown.menu)


def every_card() -> list[Card]:
    """In each state, for each reason, alone and as one of several takes, paused or not, with its file or without."""
    refusals = [job_states.Refused("No.", "", why, said) for why in RefusalReason for said in VENDOR_MESSAGES]
    plain = [job(state) for state in (*EVERY_STATE, *refusals)]
    jobs = [
        *plain,
        *(replace(one, takes=4) for one in plain),
        *(replace(one, notice="Its folder is gone.") for one in plain),
        *(replace(one, draft=replace(one.draft, seed=7, prompt_enhance="ON")) for one in plain),
    ]
    return [card(one, now=NOW, paused=paused, missing=gone) for one in jobs for paused in BOTH for gone in BOTH]


BOTH = (False, True)
VENDOR_MESSAGES = ("", "parameters.seed is not allowed", "parameters.prompt_enhance", "prompt must be shorter")


def test_cards_offer_exactly_the_actions_of_the_table() -> None:
    offered = {offer.action for shown in every_card() for offer in shown.menu}
    assert offered == set(offered_at(ActionPlace.CARD))


def test_no_card_has_two_actions_with_the_same_label() -> None:
    for shown in every_card():
        words = [offer.label for offer in shown.menu]
        assert len(set(words)) == len(words)
        assert all(words)


@pytest.mark.parametrize("width", [200, 280])
def test_no_button_extends_beyond_its_card(theme: Theme, width: int) -> None:
    painter = CardPainter(theme)
    area = QRect(0, 0, width, width)
    past = [QPoint(x, width - 24) for x in range(width, 2 * width, 20)]
    for shown in every_card():
        assert shown.buttons == () or painter.button_at(area, shown, QPoint(24, width - 24)) == shown.buttons[0].action
        assert not [at for at in past if painter.button_at(area, shown, at)]
