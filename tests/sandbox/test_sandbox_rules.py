"""What the sandbox refuses at a create: what the vendor's guide says, in envelope A."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.sandbox_client import create_body, image, messages, video

if TYPE_CHECKING:
    from tests.support.sandbox_client import SandboxClient

UNKNOWN = "0f0e0d0c-0b0a-1908-8706-050403020100"
SIZES = "parameters.width and parameters.height must be one of: 1920x1080, 1440x1440, 1080x1920"


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"prompt": ""}, "parameters.prompt should not be empty"),
        ({"prompt": " \n\t "}, "parameters.prompt should not be empty"),
        ({"prompt": "é" * 1501}, "parameters.prompt must be shorter than or equal to 1500 characters"),
        ({"prompt": 7}, "parameters.prompt must be a string"),
        ({"duration": 7}, "parameters.duration must be one of: 5, 10"),
        ({"duration": "5"}, "parameters.duration must be one of: 5, 10"),
        ({"duration": True}, "parameters.duration must be one of: 5, 10"),
        ({"duration": None}, "parameters.duration must be one of: 5, 10"),
        ({"width": 1920}, SIZES),
        ({"width": 1280, "height": 720}, SIZES),
        ({"height": "1920"}, SIZES),
        ({"mode": "RESOLUTION_720"}, "parameters.mode must be one of: RESOLUTION_1080"),
        ({"prompt_enhance": "ON"}, "parameters.prompt_enhance must be one of: OFF"),
        ({"quantity": 2}, "parameters.quantity must be one of: 1"),
        ({"seed": "YOUR_SEED"}, "parameters.seed must be an integer number"),
        ({"seed": 1.5}, "parameters.seed must be an integer number"),
        ({"guidances": []}, "parameters.guidances must be an object"),
        ({"guidances": {"endframe": []}}, "parameters.guidances.property endframe should not exist"),
        ({"guidances": {"start_frame": {}}}, "parameters.guidances.start_frame must be an array"),
        ({"guidances": {"start_frame": ["x"]}}, "parameters.guidances.start_frame.0.image must be an object"),
        (
            {"guidances": {"start_frame": [{"image": {"type": "UPLOADED"}}]}},
            "parameters.guidances.start_frame.0.image.id must be a UUID",
        ),
        (
            {"guidances": {"start_frame": [image(UNKNOWN, "DRAWN")]}},
            "parameters.guidances.start_frame.0.image.type must be one of: GENERATED, UPLOADED",
        ),
        (
            {"guidances": {"video_reference_base": [video(UNKNOWN, "UPLOADED")]}},
            "parameters.guidances.video_reference_base.0.video.type must be one of: GENERATED",
        ),
        ({"guidances": {"start_frame": [image(UNKNOWN)]}}, f"invalid init image id: {UNKNOWN}"),
        ({"guidances": {"start_frame": [image(UNKNOWN, "GENERATED")]}}, f"invalid generated image id: {UNKNOWN}"),
        ({"guidances": {"video_reference_base": [video(UNKNOWN)]}}, f"invalid generated video id: {UNKNOWN}"),
    ],
)
async def test_a_request_that_the_guide_forbids_is_refused_with_a_message(
    service: SandboxClient, parameters: dict[str, Any], message: str
) -> None:
    assert messages(await service.create(create_body(**parameters))) == [message]
    assert service.world.creates == []


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"prompt": "é" * 1500, "duration": 10},
        {"width": 1920, "height": 1080, "guidances": {}},
        {"width": 1440, "height": 1440, "guidances": {"start_frame": [], "image_reference": []}},
        {"mode": "RESOLUTION_1080", "prompt_enhance": "OFF", "quantity": 1, "seed": 7},
        {"something_new": None},
    ],
)
async def test_a_request_that_the_guide_allows_is_accepted(service: SandboxClient, parameters: dict[str, Any]) -> None:
    body = create_body(**parameters)
    await service.made(body)
    assert service.world.creates == [body]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"public": "yes"}, "public must be a boolean value"),
        ({"public": None}, "public must be a boolean value"),
        ({"model": "kling-2.1"}, "Model kling-2.1 is not supported within the Production API"),
        ({"parameters": []}, "parameters must be an object"),
    ],
)
async def test_a_wrong_model_or_public_is_refused(service: SandboxClient, change: dict[str, Any], message: str) -> None:
    assert messages(await service.create({**create_body(), **change})) == [message]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 400_000, b'"\\ud800"'])
async def test_a_body_that_is_not_json_gets_an_error_object(service: SandboxClient, content: bytes) -> None:
    for path in ("/v2/generations", "/v1/init-image"):
        answer = await service.api("POST", path, content=content)
        assert answer.status_code == 400
        assert answer.json()["code"] == "bad-request"


@pytest.mark.parametrize("body", ["null", "5", "[]", '"text"', "{}"])
async def test_a_body_that_is_no_object_gets_an_error_object(service: SandboxClient, body: str) -> None:
    assert messages(await service.api("POST", "/v2/generations", content=body)) == ["parameters must be an object"]
    assert messages(await service.api("POST", "/v1/init-image", content=body))[0].startswith("extension must be one of")


async def test_frames_and_references_exclude_each_other(service: SandboxClient) -> None:
    one = image(await service.upload())
    alone = messages(await service.create(create_body({"end_frame": [one]})))
    assert alone == ["parameters.guidances.end_frame is only available when start_frame is provided"]
    mixed = messages(await service.create(create_body({"start_frame": [one], "image_reference": [one]})))
    assert mixed == [
        "parameters.guidances.image_reference is only available when no start_frame or end_frame is provided"
    ]


async def test_each_type_of_image_has_its_maximum(service: SandboxClient) -> None:
    one = image(await service.upload())
    await service.made(create_body({"image_reference": [one] * 4}))
    for key, most in (("image_reference", 4), ("start_frame", 1), ("video_reference_base", 1)):
        refused = messages(await service.create(create_body({key: [one] * (most + 1)})))
        assert refused == [f"parameters.guidances.{key} must contain no more than {most} elements"]


async def test_a_base_video_is_named_by_its_image_id_and_excludes_frames(service: SandboxClient) -> None:
    generation = await service.made(create_body())
    pending = next(iter(service.world.generations.values())).video
    assert messages(await service.create(create_body({"video_reference_base": [video(pending)]})))
    service.clock.now += 60
    base = (await service.poll(generation))["generated_images"][0]["id"]
    assert base != generation

    by_generation = messages(await service.create(create_body({"video_reference_base": [video(generation)]})))
    assert by_generation == [f"invalid generated video id: {generation}"]
    one = image(await service.upload())
    with_frame = create_body({"video_reference_base": [video(base)], "start_frame": [one]})
    assert messages(await service.create(with_frame)) == [
        "parameters.guidances.video_reference_base is only available when no start_frame or end_frame is provided"
    ]
    await service.made(create_body({"video_reference_base": [video(base)], "image_reference": [one]}))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"duration": 2}, "seconds"),
        ({"duration": 11}, "seconds"),
        ({"height": 718}, "at least"),
        ({"width": 2161}, "2160"),
    ],
)
async def test_a_base_video_has_limits_of_its_own(service: SandboxClient, change: dict[str, int], words: str) -> None:
    await service.made(create_body())
    service.clock.now += 60
    [made] = service.world.generations.values()
    service.world.keep(replace(made, parameters={**made.parameters, **change}))
    [refused] = messages(await service.create(create_body({"video_reference_base": [video(made.video)]})))
    assert words in refused


async def test_an_image_of_the_wrong_type_is_refused(service: SandboxClient) -> None:
    uploaded = await service.upload()
    generated = (await service.video_of(create_body()))["id"]
    await service.made(create_body({"start_frame": [image(generated, "GENERATED")]}))
    for one in (image(uploaded, "GENERATED"), image(generated, "UPLOADED")):
        assert len(messages(await service.create(create_body({"start_frame": [one]})))) == 1


async def test_a_missing_or_invalid_upload_cannot_be_used(service: SandboxClient) -> None:
    asked = await service.prepare()
    text = await service.prepare()
    assert (await service.post_file(text, b"this is no picture")).status_code == 204
    for key in (asked["id"], text["id"]):
        refused = messages(await service.create(create_body({"start_frame": [image(key)]})))
        assert refused == [f"couldn't access image: {key}"]
