from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.request import draft_edits
from kling_desktop.domain.request.draft import GENERATED, UPLOADED, Draft, LocalImage, StoredMedia
from kling_desktop.domain.request.form import apply_action, resolve, with_prompt
from kling_desktop.domain.request.generation_type import GenerationType, normalized, selected_type, switch_type, type_of
from kling_desktop.domain.request.model_table import KLING_O1
from kling_desktop.domain.request.models import FRAMES, Size, Slot
from kling_desktop.domain.request.request_body import build_body
from tests.domain.draft_strategies import ID, IMAGE, VIDEO, drafts, suiting

START, END, REFERENCES, BASE = Slot
WRITTEN = Draft(prompt="a cat")


def filled(*slots: Slot) -> Draft:
    draft = WRITTEN
    for slot in slots:
        draft = draft_edits.put(draft, slot, suiting(slot))
    return draft


@pytest.mark.parametrize(
    ("slots", "way"),
    [
        ((), GenerationType.TEXT),
        ((START,), GenerationType.START),
        ((START, END), GenerationType.START_AND_END),
        ((REFERENCES,) * 4, GenerationType.REFERENCES),
        ((BASE,), GenerationType.EDIT),
        ((BASE, REFERENCES), GenerationType.EDIT),
    ],
)
def test_every_generation_type_can_be_sent(slots: tuple[Slot, ...], way: GenerationType) -> None:
    draft = filled(*slots)
    assert type_of(draft) is way
    assert resolve(draft, KLING_O1).problems == ()


def test_an_empty_or_blank_prompt_is_a_problem() -> None:
    for prompt in ("", "  \n\t\u3000"):
        assert resolve(Draft(prompt=prompt), KLING_O1).prompt.problems == ("Write a prompt",)


def test_the_prompt_is_counted_in_code_points() -> None:
    assert resolve(Draft(prompt="🎬" * 1500), KLING_O1).prompt.problems == ()
    assert resolve(Draft(prompt="🎬" * 1503), KLING_O1).prompt.problems == ("Shorten the prompt by 3 characters",)


def test_a_prompt_that_is_longer_in_utf_16_is_only_a_warning() -> None:
    form = resolve(Draft(prompt="🎬" * 800), KLING_O1)
    assert form.problems == ()
    assert "1,600 instead of 800" in form.prompt.warnings[0]


def test_a_lone_surrogate_is_a_problem() -> None:
    assert "broken character" in resolve(Draft(prompt="cat \ud83c"), KLING_O1).prompt.problems[0]


@pytest.mark.parametrize("duration", [0, 3, 7, 15])
def test_only_five_and_ten_seconds_are_accepted(duration: int) -> None:
    assert resolve(replace(WRITTEN, duration=duration), KLING_O1).problems == (
        ("duration", f"Set the duration to 5 or 10 seconds, not {duration}"),
    )


@pytest.mark.parametrize("size", [Size(1080, 1080), Size(0, 0), Size(1920, 1440)])
def test_only_the_three_sizes_are_accepted(size: Size) -> None:
    assert [control for control, _ in resolve(replace(filled(START), size=size), KLING_O1).problems] == ["size"]


@pytest.mark.parametrize("frame", sorted(FRAMES))
@pytest.mark.parametrize("other", [REFERENCES, BASE])
def test_frames_exclude_references_and_a_video_to_edit(frame: Slot, other: Slot) -> None:
    with_other = resolve(filled(other), KLING_O1)
    assert "can't be combined" in with_other.slot(frame).blocked_reason
    with_start = resolve(filled(START), KLING_O1)
    assert with_start.slot(other).blocked_reason.endswith("can't be combined with frames")


def test_an_end_frame_needs_a_start_frame() -> None:
    assert resolve(WRITTEN, KLING_O1).end_frame.blocked_reason == "Add a start frame first"
    assert resolve(filled(END), KLING_O1).end_frame.problems == ("Add a start frame, or remove the end frame",)


def test_a_fifth_reference_and_a_second_frame_are_problems() -> None:
    assert resolve(filled(*[REFERENCES] * 5), KLING_O1).image_reference.problems == ("Use at most 4 references",)
    assert resolve(filled(START, START), KLING_O1).start_frame.problems == ("Use only one start frame",)


@pytest.mark.parametrize(
    ("video", "word"),
    [
        (replace(VIDEO, kind=UPLOADED), "GENERATED"),
        (replace(VIDEO, seconds=2.9), "3 to 10 seconds"),
        (replace(VIDEO, seconds=10.1), "3 to 10 seconds"),
        (replace(VIDEO, height=719), "720"),
        (replace(VIDEO, width=2161), "2160"),
        (StoredMedia("42", GENERATED), "isn't an ID"),
    ],
)
def test_a_video_outside_the_limits_says_why(video: StoredMedia, word: str) -> None:
    problems = resolve(draft_edits.put(WRITTEN, BASE, video), KLING_O1).video_reference_base.problems
    assert len(problems) == 1
    assert word in problems[0]


def test_a_video_of_unknown_length_and_size_is_accepted() -> None:
    assert resolve(draft_edits.put(WRITTEN, BASE, StoredMedia(ID, GENERATED)), KLING_O1).problems == ()


def test_a_frame_of_another_aspect_ratio_is_a_warning() -> None:
    frame = LocalImage("/a.png", width=1080, height=1350)
    form = resolve(draft_edits.put(WRITTEN, START, frame), KLING_O1)
    assert form.problems == ()
    assert form.start_frame.warnings == ("The start frame is 4:5. Fit it to 16:9?",)


def test_dangling_mentions_and_unmentioned_references_are_warnings() -> None:
    draft = replace(filled(REFERENCES, REFERENCES), prompt="@Image1 beside @image3")
    assert resolve(draft, KLING_O1).prompt.warnings == (
        "The prompt mentions @image3, but there is no reference 3",
        "The prompt doesn't mention @image2",
    )
    aside = replace(draft, parked=frozenset({REFERENCES}))
    assert resolve(aside, KLING_O1).prompt.warnings == (
        "The prompt mentions @image1, but that reference isn't used for now",
        "The prompt mentions @image3, but there is no reference 3",
    )


@pytest.mark.parametrize(("name", "value"), [("mode", "RESOLUTION_720"), ("prompt_enhance", "ON"), ("quantity", 2)])
def test_an_optional_setting_must_be_one_the_service_knows(name: str, value: object) -> None:
    changes = {name: value}
    problems = resolve(replace(WRITTEN, **changes), KLING_O1).problems  # type: ignore[arg-type]
    assert [control for control, _ in problems] == [name]


def test_optional_settings_are_left_out_unless_set() -> None:
    assert set(build_body(WRITTEN)["parameters"]) == {"prompt", "duration", "width", "height"}
    every = replace(WRITTEN, mode="RESOLUTION_1080", prompt_enhance="OFF", quantity=1, seed=0)
    assert resolve(every, KLING_O1).problems == ()
    assert build_body(every)["parameters"]["seed"] == 0


def test_switching_to_references_parks_the_frames_and_switching_back_uses_them() -> None:
    frames = filled(START, END)
    to_references = resolve(frames, KLING_O1).image_reference.action
    assert to_references
    assert to_references.label == "Use references instead"
    switched = apply_action(frames, to_references)
    assert switched.parked == FRAMES
    assert switched.start_frame == frames.start_frame
    switched = draft_edits.put(switched, REFERENCES, IMAGE)
    back = resolve(switched, KLING_O1).start_frame.action
    assert back
    again = apply_action(switched, back)
    assert type_of(again) is GenerationType.START_AND_END
    assert again.media(REFERENCES) == (IMAGE,)
    assert "image_reference" not in build_body(again)["parameters"]["guidances"]


def test_parked_media_come_back_when_what_excluded_them_is_removed() -> None:
    draft = switch_type(filled(START, REFERENCES), GenerationType.REFERENCES)
    assert START in draft.parked
    assert type_of(draft_edits.remove(draft, REFERENCES, spec=KLING_O1)) is GenerationType.START


@given(drafts())
def test_there_is_never_a_dead_end(draft: Draft) -> None:
    for slot in Slot:
        control = resolve(draft, KLING_O1).slot(slot)
        if not control.blocked_reason:
            continue
        assert control.action, f"{slot} is shut without a way out"
        opened = apply_action(draft, control.action)
        if control.action.fill_slot:
            assert not resolve(opened, KLING_O1).slot(control.action.fill_slot).blocked_reason
            opened = draft_edits.put(opened, control.action.fill_slot, suiting(control.action.fill_slot))
        assert resolve(opened, KLING_O1).slot(slot).blocked_reason == ""


@pytest.mark.parametrize(
    ("way", "asks"),
    [
        (GenerationType.START, ("start_frame", "Add a start frame first")),
        (GenerationType.START_AND_END, ("start_frame", "Add a start frame first")),
        (GenerationType.REFERENCES, ("image_reference", "Add a reference first")),
        (GenerationType.EDIT, ("video_reference_base", "Choose the video to edit first")),
    ],
)
def test_a_wanted_type_asks_for_its_media_and_is_never_sent_as_text(way: GenerationType, asks: tuple[str, str]) -> None:
    draft = switch_type(WRITTEN, way)
    assert selected_type(draft) is way
    assert resolve(draft, KLING_O1).problems == (asks,)


def test_an_end_frame_is_asked_for_once_the_start_frame_is_there() -> None:
    draft = draft_edits.put(switch_type(WRITTEN, GenerationType.START_AND_END), START, IMAGE)
    assert resolve(draft, KLING_O1).problems == (("end_frame", "Add an end frame first"),)
    assert resolve(draft_edits.put(draft, END, IMAGE), KLING_O1).problems == ()


def test_picking_references_with_both_frames_filled_asks_for_a_reference() -> None:
    draft = switch_type(filled(START, END), GenerationType.REFERENCES)
    assert selected_type(draft) is GenerationType.REFERENCES
    assert resolve(draft, KLING_O1).problems == (("image_reference", "Add a reference first"),)
    draft = normalized(draft_edits.put(draft, REFERENCES, IMAGE))
    assert resolve(draft, KLING_O1).problems == ()
    assert draft.wanted_type is None


def test_a_wanted_type_is_dropped_once_other_slots_are_filled() -> None:
    draft = draft_edits.put(switch_type(WRITTEN, GenerationType.START), REFERENCES, IMAGE)
    assert resolve(draft, KLING_O1).problems == ()
    assert normalized(draft).wanted_type is None


@given(drafts(), st.sampled_from(list(GenerationType)))
def test_picking_a_type_selects_it_and_picking_text_always_works(draft: Draft, way: GenerationType) -> None:
    wishing = switch_type(draft, way)
    assert selected_type(wishing) is way
    assert build_body(replace(wishing, wanted_type=None)) == build_body(wishing)
    as_text = switch_type(wishing, GenerationType.TEXT)
    assert as_text.wanted_type is None
    assert {control for control, _ in resolve(as_text, KLING_O1).problems} <= {"prompt"}


@given(drafts())
def test_a_parked_value_is_never_sent(draft: Draft) -> None:
    form = resolve(draft, KLING_O1)
    sent = build_body(draft)["parameters"].get("guidances", {})
    for slot in Slot:
        if form.slot(slot).blocked_reason:
            assert slot.value not in sent or form.slot(slot).problems


@given(drafts())
def test_a_request_without_problems_is_within_the_guide(draft: Draft) -> None:
    if resolve(draft, KLING_O1).problems:
        return
    sent = build_body(draft)["parameters"].get("guidances", {})
    frames = {"start_frame", "end_frame"} & set(sent)
    assert not (frames and {"image_reference", "video_reference_base"} & set(sent))
    assert "end_frame" not in sent or "start_frame" in sent
    assert all(1 <= len(sent[slot.value]) <= KLING_O1.capacity[slot] for slot in Slot if slot.value in sent)


@given(drafts())
def test_no_action_discards_media(draft: Draft) -> None:
    for slot in Slot:
        action = resolve(draft, KLING_O1).slot(slot).action
        if action:
            assert [apply_action(draft, action).media(s) for s in Slot] == [draft.media(s) for s in Slot]
    for way in GenerationType:
        assert [switch_type(draft, way).media(s) for s in Slot] == [draft.media(s) for s in Slot]


@given(drafts())
def test_resolving_twice_changes_nothing(draft: Draft) -> None:
    assert resolve(draft, KLING_O1) == resolve(draft, KLING_O1)
    for slot in Slot:
        action = resolve(draft, KLING_O1).slot(slot).action
        if action:
            once = apply_action(draft, action)
            assert apply_action(once, action) == once


@given(drafts(), st.text(max_size=30))
def test_a_changed_prompt_is_resolved_like_the_whole_form(draft: Draft, prompt: str) -> None:
    typed = replace(draft, prompt=prompt)
    assert with_prompt(resolve(draft, KLING_O1), typed) == resolve(typed, KLING_O1)


@given(drafts())
def test_every_problem_can_be_fixed_one_after_the_other(draft: Draft) -> None:
    for _ in range(30):
        problems = resolve(draft, KLING_O1).problems
        if not problems:
            return
        control = problems[0][0]
        if control == "prompt":
            draft = replace(draft, prompt="a cat")
        elif draft.media(Slot(control)):
            draft = draft_edits.remove(draft, Slot(control), spec=KLING_O1)
        else:
            assert not resolve(draft, KLING_O1).slot(Slot(control)).blocked_reason
            draft = draft_edits.put(draft, Slot(control), suiting(Slot(control)))
    pytest.fail("the form never opens")
