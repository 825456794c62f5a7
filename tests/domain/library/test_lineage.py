"""What a clip was made from."""

from dataclasses import replace

import pytest

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library import draft_from_clip
from kling_desktop.domain.library.lineage import (
    Relation,
    Source,
    from_frame,
    read_lineage,
    sources_of,
    with_lineage,
    with_own_origin,
    write_lineage,
)
from kling_desktop.domain.library.lineage_graph import ExternalInput, external_inputs
from kling_desktop.domain.presets import file_format, preset
from kling_desktop.domain.request.draft import GENERATED, UPLOADED, Draft, LocalImage, Origin, StoredMedia
from kling_desktop.domain.request.id_lookup import LookupResult, with_result
from kling_desktop.domain.request.model_table import KLING_O1
from kling_desktop.domain.request.models import Slot
from kling_desktop.store.codec import read_draft, read_job, write_draft, write_job

VIDEO = "22222222-2222-4222-8222-222222222222"
PICTURE = LocalImage("frame.png", "frame", "f" * 64, 1920, 1080)
CLIP = Job("j1", "s", "p", "window", "/c", Draft(prompt="A fox in the snow"), 0.0, Done("g1", VIDEO, "/c/a.mp4"))
WHOLE = Origin("j1", None, "g1", "A fox in the snow")
FRAME = from_frame(PICTURE, CLIP, 44)


def test_every_way_to_reuse_a_clip_is_recorded() -> None:
    edit = draft_from_clip.clip_video(CLIP)
    assert edit is not None
    ways = {
        Relation.START_FRAME: draft_from_clip.with_frame(Draft(), Slot.START_FRAME, FRAME, KLING_O1),
        Relation.REFERENCE: draft_from_clip.with_frame(Draft(), Slot.IMAGE_REFERENCE, FRAME, KLING_O1),
        Relation.EDIT: draft_from_clip.with_video(Draft(), edit),
        Relation.RUN: draft_from_clip.clip_settings(CLIP, takes=3),
    }
    for tie, draft in ways.items():
        [parent] = sources_of(draft)
        assert parent.relation is tie
        assert parent.origin == replace(WHOLE, frame=44 if tie in (Relation.START_FRAME, Relation.REFERENCE) else None)


def test_a_continued_shot_comes_from_the_frame_and_is_not_another_run() -> None:
    [parent] = sources_of(draft_from_clip.continue_from(Draft(), CLIP, FRAME))
    assert parent == Source(Relation.START_FRAME, replace(WHOLE, frame=44), file="frame.png")


def test_parked_media_are_no_source() -> None:
    draft = Draft(start_frame=(FRAME,), parked=frozenset({Slot.START_FRAME}))
    assert sources_of(draft) == ()


def test_external_inputs_are_numbered_by_their_places() -> None:
    cat = LocalImage("cat.png", "the cat.png")
    draft = Draft(image_reference=(FRAME, cat, StoredMedia("u", UPLOADED)), start_frame=(PICTURE,))
    assert external_inputs(draft) == (
        ExternalInput(Relation.START_FRAME, 1, "frame.png", "frame"),
        ExternalInput(Relation.REFERENCE, 2, "cat.png", "the cat.png"),
        ExternalInput(Relation.REFERENCE, 3, image="u"),
    )
    assert external_inputs(replace(draft, parked=frozenset({Slot.IMAGE_REFERENCE, Slot.START_FRAME}))) == ()


def test_a_video_known_only_by_its_id_is_a_source() -> None:
    draft = Draft(video_reference_base=(StoredMedia(VIDEO, GENERATED),), image_reference=(StoredMedia("u", UPLOADED),))
    assert sources_of(draft) == (Source(Relation.EDIT, Origin(""), VIDEO),)


def test_a_lookup_keeps_the_origin() -> None:
    draft = Draft(video_reference_base=(StoredMedia(VIDEO, GENERATED, origin=WHOLE),))
    told = with_result(draft, LookupResult(VIDEO, True, StoredMedia(VIDEO, GENERATED, 1920, 1080, 5.0)))
    assert [parent.origin for parent in sources_of(told)] == [WHOLE]


def test_origins_are_stored_in_drafts_and_presets() -> None:
    draft = Draft(prompt="On", start_frame=(FRAME,), origin=WHOLE)
    assert sources_of(read_draft(write_draft(draft, read_draft("{}")[1]))[0]) == sources_of(draft)
    assert sources_of(read_job(write_job(replace(CLIP, draft=draft))).draft) == sources_of(draft)
    kept = preset.from_draft(draft, "p1", "Next shot", frozenset(preset.PresetPart))
    [parent] = sources_of(preset.apply_preset(file_format.read_preset(file_format.write_preset(kept)), Draft()))
    assert (parent.relation, parent.origin) == (Relation.START_FRAME, FRAME.origin)


def test_loading_a_preset_drops_the_origin() -> None:
    of_settings = preset.from_draft(Draft(duration=10), "p1", "Long", frozenset({preset.PresetPart.SETTINGS}))
    assert sources_of(preset.apply_preset(of_settings, draft_from_clip.clip_settings(CLIP))) == ()


def test_lineage_is_written_and_read_back() -> None:
    draft = Draft(prompt="On", start_frame=(FRAME,), end_frame=(from_frame(PICTURE, CLIP, 7),), origin=WHOLE)
    told = read_lineage(write_lineage(draft))
    assert told == (
        (Relation.START_FRAME, replace(WHOLE, frame=44)),
        (Relation.END_FRAME, replace(WHOLE, frame=7)),
        (Relation.RUN, WHOLE),
    )
    sent = Draft(prompt="On", start_frame=(StoredMedia("a", UPLOADED),), end_frame=(StoredMedia("b", UPLOADED),))
    assert write_lineage(with_lineage(sent, told)) == write_lineage(draft)


@pytest.mark.parametrize(
    "told", [None, "x", [1, None, {}], [{"as": "run"}], [{"as": "nonsense", "job": "j"}], [{"as": [], "job": "j"}]]
)
def test_invalid_lineage_in_a_file_is_ignored(told: object) -> None:
    assert read_lineage(told) == ()


def test_a_request_from_a_clip_s_file_is_another_run_of_it() -> None:
    told = {"job": "j1", "generation": "g1", "lineage": write_lineage(Draft(start_frame=(FRAME,)))}
    sent = Draft(prompt="A fox in the snow", start_frame=(StoredMedia("a", UPLOADED),))
    assert [(parent.relation, parent.origin) for parent in sources_of(with_own_origin(sent, told))] == [
        (Relation.START_FRAME, FRAME.origin),
        (Relation.RUN, WHOLE),
    ]
