import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.parsing.body_parser import parse_body
from kling_desktop.domain.parsing.control_assignment import CONTROLS, set_control
from kling_desktop.domain.parsing.request_parser import parse_request
from kling_desktop.domain.request.draft import Draft, LocalImage, Placeholder
from kling_desktop.domain.request.form import resolve
from kling_desktop.domain.request.model_table import KLING_O1
from kling_desktop.domain.request.request_body import build_body
from tests.domain.draft_strategies import ID, drafts

FRAMES_SAMPLE = r"""curl --request POST \
     --url https://cloud.leonardo.ai/api/rest/v2/generations \
     --header 'accept: application/json' \
     --header 'authorization: Bearer <YOUR_API_KEY>' \
     --header 'content-type: application/json' \
     --data '
{
    "model": "kling-video-o-1",
    "public": false,
    "parameters": {
      "prompt": "The woman plays with the cat",
      "guidances": {
        "start_frame": [
          {
            "image": {
              "id": "<YOUR_START_IMAGE_ID>",
              "type": "UPLOADED"
            }
          }
        ],
        "end_frame": [
          {
            "image": {
              "id": "<YOUR_END_IMAGE_ID>",
              "type": "UPLOADED"
            }
          }
        ]
      },
      "duration": 5,
      "width": 1080,
      "height": 1920
    }
}
'
"""
EDIT_SAMPLE = """{
  "model": "kling-video-o-1",
  "public": false,
  "parameters": {
    "prompt": "add @image1 to the background",
    "mode": "RESOLUTION_1080",
    "prompt_enhance": "OFF",
    "quantity": 1,
    "duration": 5,
    "seed": YOUR_SEED,
    "width": 1920,
    "height": 1080,
    "guidances": {
      "image_reference": [
        {
          "image": {
            "id": "YOUR_UPLOADED_IMAGE_ID",
            "type": "UPLOADED"
          }
        }
      ],
      "video_reference_base": [
        {
          "video": {
            "id": "YOUR_GENERATED_VIDEO_ID",
            "type": "GENERATED"
          }
        }
      ]
    }
  }
}
"""


def whole(**parameters: Any) -> dict[str, Any]:
    return {
        "model": "kling-video-o-1",
        "public": False,
        "parameters": {"prompt": "a cat", "duration": 5, "width": 1920, "height": 1080, **parameters},
    }


def test_the_guide_s_first_sample_asks_for_its_two_images() -> None:
    reading = parse_request(FRAMES_SAMPLE)
    assert (reading.problems, reading.warnings) == ((), ())
    assert [control for control, _ in resolve(reading.draft, KLING_O1).problems] == ["start_frame", "end_frame"]
    filled = set_control(set_control(reading.draft, "start_frame", ID), "end_frame", f"{{{ID}}}")
    assert resolve(filled, KLING_O1).problems == ()
    assert build_body(filled) == json.loads(
        FRAMES_SAMPLE[FRAMES_SAMPLE.index("{\n") :]
        .rstrip("'\n")
        .replace("<YOUR_START_IMAGE_ID>", ID)
        .replace("<YOUR_END_IMAGE_ID>", ID)
    )


def test_the_guide_s_editing_sample_asks_for_image_video_and_seed() -> None:
    reading = parse_request(EDIT_SAMPLE)
    assert reading.draft.seed == Placeholder("YOUR_SEED")
    draft = reading.draft
    for control, value in (("image_reference", ID), ("video_reference_base", ID), ("seed", "42")):
        assert resolve(draft, KLING_O1).problems
        draft = set_control(draft, control, value)
    assert resolve(draft, KLING_O1).problems == ()
    assert build_body(draft)["parameters"]["seed"] == 42
    assert build_body(draft)["parameters"]["guidances"]["video_reference_base"] == [
        {"video": {"id": ID, "type": "GENERATED"}}
    ]


def test_a_placeholder_can_be_removed_instead_of_filled_in() -> None:
    draft = set_control(parse_request(EDIT_SAMPLE).draft, "seed", "")
    assert "seed" not in build_body(draft)["parameters"]


@given(drafts())
def test_a_valid_body_is_parsed_unchanged(draft: Draft) -> None:
    if not resolve(draft, KLING_O1).problems:
        body = build_body(draft)
        reading = parse_request(json.dumps(body))
        assert (reading.problems, build_body(reading.draft)) == ((), body)


def test_missing_keys_take_defaults_with_a_warning() -> None:
    reading = parse_body({"parameters": {"prompt": "a cat"}})
    assert build_body(reading.draft) == whole()
    assert {control for control, _ in reading.warnings} == {"model", "public", "duration", "size"}


def test_the_guide_s_misprint_is_read_as_end_frame() -> None:
    frame = [{"image": {"id": ID, "type": "UPLOADED"}}]
    reading = parse_body(whole(guidances={"start_frame": frame, "endframe": frame}))
    assert reading.warnings == (("end_frame", "“endframe” is read as “end_frame”"),)
    assert "end_frame" in build_body(reading.draft)["parameters"]["guidances"]


def test_unknown_keys_are_kept_and_named_but_not_inside_guidances() -> None:
    body = whole(motion=3) | {"webhook": None}
    reading = parse_body(body)
    assert build_body(reading.draft) == body
    assert len(reading.warnings) == 2
    assert parse_body(whole(guidances={"style": []})).problems[0][0] == "file"
    odd = [{"image": {"id": ID, "type": "UPLOADED", "strength": 1}}]
    assert parse_body(whole(guidances={"start_frame": odd})).problems[0][0] == "start_frame"


def test_references_with_frames_are_a_problem_and_stay() -> None:
    frame = [{"image": {"id": ID, "type": "UPLOADED"}}]
    draft = parse_body(whole(guidances={"start_frame": frame, "image_reference": frame})).draft
    assert {control for control, _ in resolve(draft, KLING_O1).problems} == {"start_frame", "image_reference"}


@pytest.mark.parametrize(
    ("key", "value", "control"),
    [
        ("duration", "5", "duration"),
        ("duration", 5.5, "duration"),
        ("duration", True, "duration"),
        ("width", None, "size"),
        ("seed", "seven", "seed"),
        ("mode", 1080, "mode"),
        ("quantity", [1], "quantity"),
        ("prompt", 42, "prompt"),
        ("guidances", "all", "file"),
        ("guidances", {"start_frame": {}}, "start_frame"),
        ("guidances", {"start_frame": ["x"]}, "start_frame"),
        ("guidances", {"start_frame": [{"image": {"id": ID}}]}, "start_frame"),
    ],
)
def test_a_value_of_the_wrong_type_is_a_problem_of_its_control(key: str, value: object, control: str) -> None:
    assert [name for name, _ in parse_body(whole(**{key: value})).problems] == [control]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "hello",
        "[1, 2]",
        "42",
        '{"a": 1}',
        "{",
        "curl https://x",
        "curl --data '{",
        "[" * 99999,
    ],
)
def test_a_text_without_a_request_says_why(text: str) -> None:
    with pytest.raises(UserError) as told:
        parse_request(text)
    assert told.value.message
    assert told.value.hint


def test_a_text_of_forty_megabytes_is_no_request() -> None:
    with pytest.raises(UserError, match="too long"):
        parse_request("x" * 40_000_000)


anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
keys = st.sampled_from(
    ["prompt", "duration", "width", "height", "seed", "mode", "guidances", "quantity", "prompt_enhance"]
)
slots = st.sampled_from(["start_frame", "end_frame", "endframe", "image_reference", "video_reference_base", "x"])
guidances = st.dictionaries(
    slots, st.lists(anything | st.fixed_dictionaries({"image": anything}), max_size=3) | anything
)


@given(
    st.dictionaries(keys, anything | guidances), st.dictionaries(st.sampled_from(["model", "public", "z"]), anything)
)
def test_no_body_breaks_the_parser(parameters: dict[str, Any], top: dict[str, Any]) -> None:
    reading = parse_body({**top, "parameters": parameters})
    resolve(reading.draft, KLING_O1)
    build_body(reading.draft)


@given(st.sampled_from(CONTROLS), st.text(max_size=40))
def test_any_value_for_any_control_is_set_or_refused(control: str, value: str) -> None:
    with suppress(UserError):
        resolve(set_control(Draft(), control, value), KLING_O1)


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("file:///pictures/start%20one.png", "/pictures/start one.png"),
        ("file://localhost/pictures/a.png", "/pictures/a.png"),
        ("file:/pictures/a.png", "/pictures/a.png"),
        ("file:///C:/pictures/a.png", "C:/pictures/a.png"),
        ('"start one.png"', "start one.png"),
        ("'C:\\pictures\\a.png'", "C:\\pictures\\a.png"),
        ("“start one.png”", "start one.png"),
        (f"/pictures/{ID}.png", f"/pictures/{ID}.png"),
        ("it's.png", "it's.png"),
    ],
)
def test_a_local_image_is_named_by_path_address_or_in_quotes(value: str, path: str) -> None:
    assert set_control(Draft(), "start_frame", value).start_frame == (LocalImage(path),)


@pytest.mark.parametrize("control", ["duration", "seed", "quantity", "size"])
@pytest.mark.parametrize("value", ["9" * 5000, "Infinity", "NaN", "1e999", "seven", f"{'9' * 5000}x1"])
def test_a_number_that_cannot_be_meant_is_refused_in_a_sentence(control: str, value: str) -> None:
    with pytest.raises(UserError, match=f"can't be used for {control}. Give ") as told:
        set_control(Draft(), control, value)
    assert len(str(told.value)) < 200
