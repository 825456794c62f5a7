"""From a finished clip to the next request."""

from dataclasses import replace

import pytest

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.library import draft_from_clip
from kling_desktop.domain.library.lineage import origin_of
from kling_desktop.domain.request.draft import GENERATED, UPLOADED, Draft, LocalImage, StoredMedia
from kling_desktop.domain.request.form import resolve
from kling_desktop.domain.request.generation_type import GenerationType, type_of
from kling_desktop.domain.request.model_table import KLING_O1
from kling_desktop.domain.request.models import Size, Slot

FRAME = LocalImage("frame.png", "frame", "f" * 64, 1920, 1080)
CAT = StoredMedia("11111111-1111-4111-8111-111111111111", UPLOADED)
VIDEO = StoredMedia("22222222-2222-4222-8222-222222222222", GENERATED, 1920, 1080, 5.0)


def made_of(draft: Draft) -> Job:
    return Job("j", "s", "p", "window", "/clips", draft, 0.0, job_states.Done("g", VIDEO.id, "/clips/a.mp4"))


def test_settings_are_copied_but_never_public() -> None:
    draft = Draft(prompt="A fox", duration=10, seed=3, public=True)
    taken = draft_from_clip.clip_settings(made_of(draft), takes=3)
    assert taken == replace(draft, public=False, takes=3, origin=origin_of(made_of(draft)))


def test_the_reported_seed_can_be_used_even_if_none_was_requested() -> None:
    job = replace(made_of(Draft(prompt="A fox")), seed=77)
    assert draft_from_clip.with_clip_seed(Draft(prompt="A hare"), job) == Draft(prompt="A hare", seed=77)
    with pytest.raises(UserError, match="didn't report"):
        draft_from_clip.with_clip_seed(Draft(), made_of(Draft()))


@pytest.mark.parametrize(
    "draft",
    [
        Draft(prompt="A fox"),
        Draft(prompt="A fox", start_frame=(CAT,)),
        Draft(prompt="A fox", start_frame=(CAT,), end_frame=(CAT,)),
        Draft(prompt="@image1 runs", image_reference=(CAT, CAT)),
        Draft(prompt="At night", video_reference_base=(VIDEO,), image_reference=(CAT,)),
    ],
    ids=lambda draft: type_of(draft).value,
)
def test_the_next_shot_starts_where_the_clip_ended(draft: Draft) -> None:
    form = Draft(prompt="Then it rests", size=Size(1440, 1440), image_reference=(CAT,))
    following = draft_from_clip.continue_from(form, made_of(replace(draft, duration=10, seed=5)), FRAME)
    assert following.prompt == "Then it rests"
    assert type_of(following) is GenerationType.START
    assert following.used(Slot.START_FRAME) == (FRAME,)
    assert (following.duration, following.size, following.seed) == (10, draft.size, None)
    assert not resolve(following, KLING_O1).problems
    # What the clip was made with besides is kept in its place.
    assert following.image_reference == draft.image_reference
    assert following.video_reference_base == draft.video_reference_base


@pytest.mark.parametrize("slot", [Slot.START_FRAME, Slot.IMAGE_REFERENCE])
def test_a_frame_fills_its_slot_and_parks_what_excludes_it(slot: Slot) -> None:
    for draft in (
        Draft(prompt="A fox"),
        Draft(prompt="A fox", start_frame=(CAT,), end_frame=(CAT,)),
        Draft(prompt="A fox", image_reference=(CAT,)),
        Draft(prompt="A fox", video_reference_base=(VIDEO,)),
    ):
        filled = draft_from_clip.with_frame(draft, slot, FRAME, KLING_O1)
        assert FRAME in filled.used(slot)
        assert not resolve(filled, KLING_O1).problems
        for other in Slot:
            assert other is slot or filled.media(other) == draft.media(other)


def test_a_parked_end_frame_stays_parked_when_a_start_frame_is_added() -> None:
    draft = Draft(prompt="x", end_frame=(CAT,), image_reference=(CAT,), parked=frozenset({Slot.END_FRAME}))
    taken = draft_from_clip.with_frame(draft, Slot.START_FRAME, FRAME, KLING_O1)
    assert taken.used(Slot.START_FRAME) == (FRAME,)
    assert taken.end_frame == (CAT,)
    assert taken.used(Slot.END_FRAME) == ()
    assert type_of(taken) is GenerationType.START


def test_an_end_frame_needs_a_start_frame_first() -> None:
    with pytest.raises(UserError, match="Add a start frame first"):
        draft_from_clip.with_frame(Draft(), Slot.END_FRAME, FRAME, KLING_O1)
    filled = draft_from_clip.with_frame(Draft(start_frame=(CAT,)), Slot.END_FRAME, FRAME, KLING_O1)
    assert type_of(filled) is GenerationType.START_AND_END


def test_a_fifth_reference_is_refused() -> None:
    with pytest.raises(UserError, match="4 references already"):
        draft_from_clip.with_frame(Draft(image_reference=(CAT,) * 4), Slot.IMAGE_REFERENCE, FRAME, KLING_O1)


def test_another_clip_replaces_the_video_to_edit() -> None:
    draft = Draft(prompt="At night", video_reference_base=(replace(VIDEO, id=CAT.id),), image_reference=(CAT,))
    assert draft_from_clip.with_video(draft, VIDEO) == replace(draft, video_reference_base=(VIDEO,))


def test_a_clip_to_edit_has_a_known_size_and_length_unless_it_is_an_edit() -> None:
    assert draft_from_clip.clip_video(made_of(Draft(prompt="A fox", duration=10))) == replace(VIDEO, seconds=10.0)
    edit = made_of(Draft(prompt="At night", video_reference_base=(VIDEO,)))
    assert draft_from_clip.clip_video(edit) == StoredMedia(VIDEO.id, GENERATED)
    assert draft_from_clip.clip_video(replace(edit, state=job_states.Cancelled())) is None
