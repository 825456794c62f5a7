"""Hypothesis strategies: any draft that a user can reach."""

from dataclasses import replace
from functools import reduce

from hypothesis import strategies as st

from kling_desktop.domain.request import draft_edits
from kling_desktop.domain.request.draft import GENERATED, UPLOADED, Draft, LocalImage, Media, Placeholder, StoredMedia
from kling_desktop.domain.request.draft_edits import move_blocked_reason
from kling_desktop.domain.request.form import apply_action, resolve
from kling_desktop.domain.request.frame_fit import Fit
from kling_desktop.domain.request.generation_type import GenerationType, switch_type
from kling_desktop.domain.request.model_table import KLING_O1
from kling_desktop.domain.request.models import Slot

ID = "1f197fd2-30f6-11f0-9d2c-5a2e3c1b7a10"
IMAGE = StoredMedia(ID, UPLOADED)
VIDEO = StoredMedia(ID, GENERATED, 1920, 1080, 5.0)

images = st.one_of(
    st.just(IMAGE),
    st.builds(
        LocalImage,
        st.just("/pictures/cat.png"),
        st.just("cat.png"),
        width=st.sampled_from([None, 400, 1920]),
        height=st.sampled_from([None, 500, 1080]),
        fit=st.none() | st.sampled_from(Fit),
    ),
    st.just(Placeholder("<YOUR_IMAGE_ID>")),
)
videos = st.builds(
    StoredMedia,
    st.just(ID),
    st.sampled_from([GENERATED, UPLOADED]),
    st.sampled_from([None, 640, 1920, 2500]),
    st.sampled_from([None, 700, 1080]),
    st.sampled_from([None, 2.0, 5.0, 11.0]),
)


def suiting(slot: Slot) -> Media:
    return VIDEO if slot is Slot.VIDEO_REFERENCE_BASE else IMAGE


def _step(draw: st.DrawFn, draft: Draft) -> Draft:
    """One thing that a user does, if the form allows it."""
    slot = draw(st.sampled_from(list(Slot)))
    control = resolve(draft, KLING_O1).slot(slot)
    kind = draw(st.sampled_from(["put", "take out", "act", "way", "prompt", "move", "drop from outside"]))
    if kind == "put" and not control.blocked_reason and len(control.value) < KLING_O1.capacity[slot]:
        return draft_edits.put(draft, slot, draw(videos if slot is Slot.VIDEO_REFERENCE_BASE else images))
    if kind == "drop from outside":  # a body read from a file obeys no form
        return draft_edits.put(draft, slot, draw(videos if slot is Slot.VIDEO_REFERENCE_BASE else images))
    if kind == "take out" and control.value:
        return draft_edits.remove(draft, slot, draw(st.integers(0, len(control.value) - 1)), spec=KLING_O1)
    if kind == "move" and control.value:
        at, to = draw(st.integers(0, len(control.value) - 1)), draw(st.sampled_from(list(Slot)))
        to_at = draw(st.integers(0, KLING_O1.capacity[to] - 1))
        return (
            draft
            if move_blocked_reason(draft, slot, at, to, to_at, spec=KLING_O1)
            else draft_edits.move(draft, slot, at, to, to_at, spec=KLING_O1)
        )
    if kind == "act" and control.action:
        return apply_action(draft, control.action)
    if kind == "way":
        return switch_type(draft, draw(st.sampled_from(list(GenerationType))))
    if kind == "prompt":
        return replace(draft, prompt=draw(st.text(max_size=20)))
    return draft


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    steps = draw(st.integers(0, 12))
    return reduce(lambda draft, _: _step(draw, draft), range(steps), Draft())
