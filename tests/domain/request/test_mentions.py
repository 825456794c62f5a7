"""@image2 means the same image wherever it is moved."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.request import draft_edits
from kling_desktop.domain.request.draft import GENERATED, UPLOADED, Draft, Media, StoredMedia
from kling_desktop.domain.request.draft_edits import move_blocked_reason
from kling_desktop.domain.request.form import resolve
from kling_desktop.domain.request.mentions import Mention, find_mentions, mentioned_numbers, renumber
from kling_desktop.domain.request.model_table import KLING_O1
from kling_desktop.domain.request.models import Slot
from tests.domain.draft_strategies import IMAGE, VIDEO, drafts

START, END, REFERENCES, BASE = Slot
words = st.sampled_from(
    ["@image1", "@Image2", "@image3", "@image4", "@image5", "@image0", "a 🐈 runs", "@image12x", "\n"]
)
prompts = st.lists(words, max_size=12).map(" ".join)


def references(count: int, prompt: str = "") -> Draft:
    return Draft(prompt=prompt, image_reference=tuple(StoredMedia(f"picture {n}", UPLOADED) for n in range(count)))


def pointed_at(draft: Draft) -> list[Media | None]:
    """What each mention of the prompt means; None where it means nothing."""
    held = draft.image_reference
    return [held[span.number - 1] if 1 <= span.number <= len(held) else None for span in find_mentions(draft.prompt)]


def around_the_mentions(draft: Draft) -> list[str]:
    return re.split(r"@image[0-9]{1,3}\b", draft.prompt, flags=re.IGNORECASE)


@given(st.integers(1, 6), prompts, st.data())
def test_a_mention_follows_its_reference_to_another_place(count: int, prompt: str, data: st.DataObject) -> None:
    draft = references(count, prompt)
    at, to = (data.draw(st.integers(0, count - 1)) for _ in range(2))
    for moved in (
        draft_edits.reorder(draft, REFERENCES, at, to),
        draft_edits.swap(draft, REFERENCES, at, REFERENCES, to),
    ):
        assert moved.image_reference[to] == draft.image_reference[at]
        assert pointed_at(moved) == pointed_at(draft)
        assert around_the_mentions(moved) == around_the_mentions(draft)


@given(st.integers(1, 6), prompts, st.data())
def test_a_mention_of_a_removed_reference_points_to_nothing_rather_than_to_another(
    count: int, prompt: str, data: st.DataObject
) -> None:
    draft = references(count, prompt)
    at = data.draw(st.integers(0, count - 1))
    gone = draft.image_reference[at]
    without = draft_edits.remove(draft, REFERENCES, at, spec=KLING_O1)
    assert pointed_at(without) == [None if media == gone else media for media in pointed_at(draft)]
    assert around_the_mentions(without) == around_the_mentions(draft)


def test_an_image_that_replaces_a_reference_takes_its_number() -> None:
    draft = draft_edits.put(references(2, "@image1 meets @image2"), REFERENCES, IMAGE, 0)
    assert draft.prompt == "@image1 meets @image2"
    assert pointed_at(draft)[0] == IMAGE


def test_mentions_are_located_in_code_points() -> None:
    assert find_mentions("🐈 @Image1,@image12\n@image") == (Mention(2, 9, 1), Mention(10, 18, 12))


def test_the_frames_can_be_swapped() -> None:
    one, two = StoredMedia("1", UPLOADED), StoredMedia("2", GENERATED)
    draft = draft_edits.move(Draft(start_frame=(one,), end_frame=(two,)), START, 0, END, 0, spec=KLING_O1)
    assert (draft.start_frame, draft.end_frame) == ((two,), (one,))
    assert draft_edits.move(draft, END, 0, START, 0, spec=KLING_O1) == Draft(start_frame=(one,), end_frame=(two,))


def test_a_second_frame_from_outside_can_be_put_first() -> None:
    one, two = StoredMedia("1", UPLOADED), StoredMedia("2", GENERATED)
    assert draft_edits.move(Draft(start_frame=(one, two)), START, 1, START, 0, spec=KLING_O1).start_frame == (two, one)


def test_the_only_reference_becomes_the_start_frame() -> None:
    draft = references(1, "@image1 runs")
    assert move_blocked_reason(draft, REFERENCES, 0, START, 0, spec=KLING_O1) == ""
    moved = draft_edits.move(draft, REFERENCES, 0, START, 0, spec=KLING_O1)
    assert moved.start_frame == draft.image_reference
    assert moved.image_reference == ()
    assert moved.prompt == "@image1 runs"


@pytest.mark.parametrize(
    ("draft", "slot", "to", "why"),
    [
        (references(2), REFERENCES, START, "Frames can't be combined with"),
        (Draft(start_frame=(IMAGE,), end_frame=(IMAGE,)), START, REFERENCES, "can't be combined with frames"),
        (Draft(start_frame=(IMAGE,)), START, END, "An end frame needs a start frame"),
        (Draft(video_reference_base=(VIDEO,)), BASE, REFERENCES, "A video can't be used as an image"),
        (references(1), REFERENCES, BASE, "An image can't be edited as a video"),
    ],
)
def test_a_move_that_would_break_a_rule_says_which(draft: Draft, slot: Slot, to: Slot, why: str) -> None:
    assert why in move_blocked_reason(draft, slot, 0, to, 0, spec=KLING_O1)


@given(drafts(), st.sampled_from(Slot), st.sampled_from(Slot), st.data())
def test_no_move_loses_media_or_breaks_a_valid_form(draft: Draft, slot: Slot, to: Slot, data: st.DataObject) -> None:
    if not draft.media(slot):
        return
    at = data.draw(st.integers(0, len(draft.media(slot)) - 1))
    to_at = data.draw(st.integers(0, KLING_O1.capacity[to] - 1))
    if move_blocked_reason(draft, slot, at, to, to_at, spec=KLING_O1):
        return
    moved = draft_edits.move(draft, slot, at, to, to_at, spec=KLING_O1)

    def everything(of: Draft) -> list[str]:
        return sorted(repr(media) for each in Slot for media in of.media(each))

    assert everything(moved) == everything(draft)
    assert all(moved.media(parked) for parked in moved.parked)
    if not resolve(replace(draft, prompt="x"), KLING_O1).problems:
        assert not [
            sentence for sentence in resolve(replace(moved, prompt="x"), KLING_O1).problems if "combined" in sentence[1]
        ]
        # What a request from outside has overfilled and set aside stays as it came.
        assert len(moved.media(to)) <= max(KLING_O1.capacity[to], len(draft.media(to)))


def test_mentions_are_found_in_any_case_and_renumbered() -> None:
    assert mentioned_numbers("@image2 and @IMAGE1, @image2, email@image.com") == (1, 2)
    assert renumber("@image1 over @Image2", {1: 2, 2: 1}) == "@image2 over @image1"
