"""The sandbox's videos: whole, of the asked size and length, and telling what they were made from."""

from __future__ import annotations

import asyncio
import io
import os
import statistics
import time
from array import array
from typing import TYPE_CHECKING, Any

import av
import pytest
from PIL import Image

from kling_desktop.sandbox.studio import MOST_VIDEOS, Studio
from tests.support.frame_marks import read_mark
from tests.support.sandbox_client import create_body, image, video

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.sandbox_client import SandboxClient

LANDSCAPE: dict[str, Any] = {"width": 1920, "height": 1080}
SQUARE: dict[str, Any] = {"width": 1440, "height": 1440}


async def guidances(service: SandboxClient, way: str) -> dict[str, Any] | None:
    if way == "Text":
        return None
    if way == "Start frame":
        return {"start_frame": [image(await service.upload("red"))]}
    if way == "Start and end frame":
        return {
            "start_frame": [image(await service.upload("red"))],
            "end_frame": [image(await service.upload("blue", (400, 700)))],
        }
    references = {
        "image_reference": [image(await service.upload(colour)) for colour in ["red", "lime", "blue", "gold"]]
    }
    if way == "References":
        return references
    base = await service.video_of(create_body())
    return {"video_reference_base": [video(base["id"])], "image_reference": references["image_reference"][:1]}


async def frames(service: SandboxClient, body: dict[str, Any], tmp_path: Path) -> list[Image.Image]:
    """Download the clip and decode it, small parts kept: the mark must be there in every frame."""
    address = (await service.video_of(body))["motionMP4URL"]
    path = tmp_path / "clip.mp4"
    path.write_bytes((await service.http.get(address)).content)
    kept = []
    with av.open(path) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (body["parameters"]["width"], body["parameters"]["height"])
        assert (stream.codec_context.name, stream.pix_fmt) == ("h264", "yuv420p")
        assert stream.average_rate == 24
        for number, frame in enumerate(container.decode(stream)):
            picture: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]
            assert read_mark(picture) == number
            kept.append(picture.reduce(8))
    return kept


@pytest.mark.parametrize(
    ("way", "parameters"),
    [
        ("Text", {**LANDSCAPE}),
        ("Start frame", {**SQUARE}),
        ("Start and end frame", {}),
        ("References", {**LANDSCAPE}),
        ("Edit a video", {**LANDSCAPE}),
    ],
)
async def test_each_generation_type_makes_a_complete_clip_with_numbered_frames(
    service: SandboxClient, tmp_path: Path, way: str, parameters: dict[str, Any]
) -> None:
    shown = await frames(service, create_body(await guidances(service, way), **parameters), tmp_path)
    assert len(shown) == 120
    newest = list(service.world.generations.values())[-1]
    assert newest.way == way
    assert shown[0].tobytes() != shown[60].tobytes()
    if way == "Start and end frame":
        middle = [picture.getpixel((picture.width // 2, picture.height // 3)) for picture in (shown[0], shown[-1])]
        assert [pixel.index(max(pixel)) for pixel in middle if isinstance(pixel, tuple)] == [0, 2]


async def test_ten_seconds_are_240_frames(service: SandboxClient, tmp_path: Path) -> None:
    assert len(await frames(service, create_body(duration=10, **SQUARE), tmp_path)) == 240


async def test_the_service_answers_while_it_makes_clips(service: SandboxClient) -> None:
    images = [await service.video_of(create_body(prompt=f"clip {number}", **SQUARE)) for number in range(2)]
    downloads = [asyncio.ensure_future(service.http.get(image["motionMP4URL"])) for image in images]
    waits = []
    while not all(download.done() for download in downloads):
        asked = time.perf_counter()
        await service.list()
        waits.append(time.perf_counter() - asked)
        await asyncio.wait(downloads, timeout=0.02)
    assert {download.result().status_code for download in downloads} == {200}
    assert len(waits) > 20
    assert statistics.median(waits) < 0.1


async def test_the_poster_is_the_first_frame(service: SandboxClient) -> None:
    address = (await service.video_of(create_body()))["url"]
    answer = await service.http.get(address)
    poster = Image.open(io.BytesIO(answer.content))
    assert (answer.headers["content-type"], poster.format, poster.size) == ("image/jpeg", "JPEG", (1080, 1920))
    assert read_mark(poster) == 0


async def test_an_edit_of_a_deleted_video_is_still_made(service: SandboxClient, tmp_path: Path) -> None:
    base = await service.video_of(create_body(**LANDSCAPE))
    body = create_body({"video_reference_base": [video(base["id"])]}, **LANDSCAPE)
    [one] = await service.list()
    edit = await service.made(body)
    await service.api("DELETE", f"/v1/generations/{one['id']}")
    service.clock.now += 60
    address = (await service.poll(edit))["generated_images"][0]["motionMP4URL"]
    assert (await service.http.get(address)).content[4:8] == b"ftyp"


@pytest.mark.parametrize("prompt", ["word " * 300, "x" * 1500, "日本語 🎬", "a\nb\x00"])
async def test_any_prompt_can_be_painted(service: SandboxClient, prompt: str) -> None:
    address = (await service.video_of(create_body(prompt=prompt)))["url"]
    assert (await service.http.get(address)).status_code == 200


async def test_a_download_can_be_continued(service: SandboxClient) -> None:
    address = (await service.video_of(create_body(**SQUARE)))["motionMP4URL"]
    whole = await service.http.get(address)
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["content-type"] == "video/mp4"
    assert int(whole.headers["content-length"]) == len(whole.content)
    rest = await service.http.get(address, headers={"range": "bytes=1000-"})
    assert rest.status_code == 206
    assert rest.headers["content-range"] == f"bytes 1000-{len(whole.content) - 1}/{len(whole.content)}"
    assert rest.content == whole.content[1000:]
    beyond = await service.http.get(address, headers={"range": f"bytes={len(whole.content)}-"})
    assert beyond.status_code == 416


async def test_the_cdn_refuses_bearers_and_unknown_urls(service: SandboxClient) -> None:
    generation = await service.made(create_body())
    [made] = service.world.generations.values()
    early = await service.http.get(
        f"http://sandbox/cdn/users/{service.world.user}/generations/{made.id}/{made.video}.mp4"
    )
    assert early.status_code == 404
    service.clock.now += 60
    shown = (await service.poll(generation))["generated_images"][0]
    for address in (shown["motionMP4URL"], shown["url"]):
        assert (await service.http.get(address, headers=service.headers)).status_code == 403
        assert (await service.http.get(address.replace(made.video, "other"))).status_code in {403, 404}


async def test_only_the_videos_requested_last_stay_on_disk(service: SandboxClient) -> None:
    folder = service.world.folder / "clips"
    for number in range(MOST_VIDEOS + 5):
        path = folder / f"{number}.mp4"
        path.touch()
        os.utime(path, (number, number))
    made = await service.made(create_body())
    for _ in range(2):  # once made, it isn't the oldest when it is requested again
        Studio(service.world).video(service.world.generations[made])
    left = {path.stem for path in folder.glob("*.mp4")}
    assert left == {made, *map(str, range(6, MOST_VIDEOS + 5))}


@pytest.mark.parametrize(
    ("asked", "seconds"), [({}, 3), ({"motion_has_audio": True}, 3), ({"motion_has_audio": False}, 0)]
)
async def test_a_model_with_sound_beeps_each_second_unless_told_not_to(
    service: SandboxClient, tmp_path: Path, asked: dict[str, Any], seconds: int
) -> None:
    body = create_body(duration=3, width=1280, height=720, **asked) | {"model": "kling-3.0"}
    path = tmp_path / "clip.mp4"
    path.write_bytes((await service.http.get((await service.video_of(body))["motionMP4URL"])).content)
    with av.open(path) as container:
        loud = (
            [frame.time for frame in container.decode(audio=0) if max(map(abs, samples(frame))) > 0.1]
            if seconds
            else []
        )
        assert len(container.streams.audio) == bool(seconds)
    assert {round(at or 0) for at in loud if (at or 0) % 1 < 0.08} == set(range(seconds))


def samples(frame: av.AudioFrame) -> array[float]:
    return array("f", bytes(frame.planes[0]))
