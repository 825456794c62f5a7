"""A generation's whole life against the sandbox: create, poll, list, download, delete."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from kling_desktop.api.client import Client
from kling_desktop.api.key_check import KeyState, check_key
from kling_desktop.domain.errors import KlingError, RefusalReason, RequestRefused, Unanswered, Unreachable
from kling_desktop.domain.jobs.job import Cost
from kling_desktop.domain.request.model_table import KLING_O1
from kling_desktop.domain.secret import Secret
from kling_desktop.sandbox.app import create_app
from kling_desktop.sandbox.settings import SandboxSettings
from tests.api.raw_http import KEY
from tests.support.sandbox_transport import SandboxTransport

NOW = 1_790_000_000.0


class Sandbox:
    def __init__(self, folder: Path) -> None:
        self.app = create_app(SandboxSettings(speed=0, data=folder), clock=lambda: NOW)
        self.world = self.app.state.world

    def client(self, key: str = KEY, clock: Callable[[], float] = lambda: NOW) -> Client:
        return Client("http://sandbox/api/rest", Secret(key), transport=SandboxTransport(self.app), clock=clock)


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    return Sandbox(tmp_path / "sandbox")


def order(**parameters: Any) -> dict[str, Any]:
    size = {"prompt": "a fox", "duration": 5, "width": 1080, "height": 1920}
    return {"model": "kling-video-o-1", "public": False, "parameters": {**size, **parameters}}


def picture(folder: Path) -> Path:
    content = io.BytesIO()
    Image.new("RGB", (400, 400), "teal").save(content, "PNG")
    path = folder / "start.png"
    path.write_bytes(content.getvalue())
    return path


async def test_a_generation_is_created_polled_downloaded_and_deleted(sandbox: Sandbox, tmp_path: Path) -> None:
    client = sandbox.client()
    image = await client.upload(picture(tmp_path), "png")
    assert (await client.get_image_url(image) or "").endswith(f"{image}.png")
    frame = {"start_frame": [{"image": {"id": image, "type": "UPLOADED"}}]}
    accepted = await client.create_generation(order(guidances=frame))
    assert accepted.cost is not None
    assert accepted.cost.unit == "DOLLARS"
    made = await client.get_generation(accepted.generation)
    assert made is not None
    assert (made.status, made.prompt, made.width, made.height) == ("COMPLETE", "a fox", 1080, 1920)
    assert made.created_at is not None
    assert made.created_at.timestamp() == pytest.approx(NOW, abs=1)
    assert made.video is not None
    assert [made] == list(await client.list_generations())
    await client.download(made.video.video, tmp_path / "clip.mp4")
    await client.download(made.video.poster, tmp_path / "clip.jpg")
    assert (tmp_path / "clip.mp4").read_bytes()[4:8] == b"ftyp"
    assert (tmp_path / "clip.jpg").read_bytes()[:2] == b"\xff\xd8"
    await client.delete_generation(accepted.generation)
    assert await client.get_generation(accepted.generation) is None
    await client.delete_image(image)
    assert await client.get_image_url(image) is None


async def test_the_list_is_paged_and_the_account_is_fetched_once(sandbox: Sandbox) -> None:
    client = sandbox.client()
    made = {(await client.create_generation(order(prompt=f"fox {n}"))).generation for n in range(3)}
    pages = [await client.list_generations(offset, 2) for offset in (0, 2, 4)]
    assert [len(page) for page in pages] == [2, 1, 0]
    assert {generation.id for page in pages for generation in page} == made
    assert [asked.call for asked in sandbox.world.requests].count("me") == 1


async def test_a_key_is_checked(sandbox: Sandbox) -> None:
    assert (await check_key(sandbox.client(), KLING_O1.name)).state is KeyState.WORKS
    assert (
        await check_key(sandbox.client("00000000-0000-0000-0000-000000000000"), KLING_O1.name)
    ).state is KeyState.WRONG
    assert (await check_key(sandbox.client("not-a-key"), KLING_O1.name)).state is KeyState.WRONG
    sandbox.world.fail_next("model_missing")
    assert (await check_key(sandbox.client(), KLING_O1.name)).state is KeyState.NO_MODEL


async def test_the_servers_clock_is_compared_with_ours(sandbox: Sandbox) -> None:
    client = sandbox.client(clock=lambda: NOW - 90)
    assert client.clock_skew is None
    await client.get_account()
    assert client.clock_skew == 90


@pytest.mark.parametrize(
    ("fault", "kind", "accepted"),
    [
        ("drop_before", Unanswered, 0),
        ("drop_after", Unanswered, 1),
        ("error_500_before", Unanswered, 0),
        ("error_500_after", Unanswered, 1),
        ("html", Unanswered, 0),
        ("empty", Unanswered, 0),
        ("garbage", Unanswered, 0),
        ("rate_limit", Unreachable, 0),
        ("rate_limit_date", Unreachable, 0),
        ("error_field_200", RequestRefused, 0),
        ("unauthorized", RequestRefused, 0),
        ("no_credit", RequestRefused, 0),
        ("moderation", RequestRefused, 0),
        ("model_missing", RequestRefused, 0),
    ],
)
async def test_a_failed_create_is_reported_and_not_repeated(
    sandbox: Sandbox, fault: str, kind: type[KlingError], accepted: int
) -> None:
    sandbox.world.fail_next(fault)
    with pytest.raises(KlingError) as caught:
        await sandbox.client().create_generation(order())
    assert type(caught.value) is kind
    assert [asked.call for asked in sandbox.world.requests] == ["create"]
    assert len(sandbox.world.creates) == accepted
    if isinstance(caught.value, Unreachable):
        assert caught.value.retry_after == 2


@pytest.mark.parametrize(
    ("fault", "parameters", "why"),
    [
        ("refuse_seed", {"seed": 7}, RefusalReason.PARAMETER),
        ("refuse_enhance", {"prompt_enhance": "OFF"}, RefusalReason.PARAMETER),
        ("no_credit", {}, RefusalReason.CREDIT),
        ("moderation", {}, RefusalReason.MODERATION),
        ("model_missing", {}, RefusalReason.MODEL),
        ("unauthorized", {}, RefusalReason.KEY),
    ],
)
async def test_a_refusal_says_why(sandbox: Sandbox, fault: str, parameters: dict[str, Any], why: RefusalReason) -> None:
    sandbox.world.fail_next(fault)
    with pytest.raises(RequestRefused) as caught:
        await sandbox.client().create_generation(order(**parameters))
    assert caught.value.reason is why
    assert caught.value.vendor_message


async def test_an_id_of_the_wrong_type_is_refused_as_a_media_problem(sandbox: Sandbox) -> None:
    for kind in ("UPLOADED", "GENERATED"):
        frame = {"start_frame": [{"image": {"id": KEY, "type": kind}}]}
        with pytest.raises(RequestRefused) as caught:
            await sandbox.client().create_generation(order(guidances=frame))
        assert caught.value.reason is RefusalReason.MEDIA


@pytest.mark.parametrize("shape", ["flat", "v1_wrapper", "no_cost", "credits"])
async def test_each_shape_of_a_create_response_is_read(sandbox: Sandbox, shape: str) -> None:
    sandbox.world.fail_next(shape)
    accepted = await sandbox.client().create_generation(order())
    assert await sandbox.client().get_generation(accepted.generation) is not None
    if shape == "credits":
        assert isinstance(accepted.cost, Cost)
        assert accepted.cost.unit == "CREDITS"
    if shape == "no_cost":
        assert accepted.cost is None


@pytest.mark.parametrize(("fault", "kind"), [("truncated", Unanswered), ("wrong_video", Unanswered)])
async def test_a_damaged_download_succeeds_the_next_time(
    sandbox: Sandbox, tmp_path: Path, fault: str, kind: type[KlingError]
) -> None:
    client = sandbox.client()
    made = await client.get_generation((await client.create_generation(order())).generation)
    assert made is not None
    assert made.video is not None
    sandbox.world.fail_next(fault)
    with pytest.raises(kind):
        await client.download(made.video.video, tmp_path / "clip.part")
    await client.download(made.video.video, tmp_path / "clip.part")
    await client.download(made.video.video, tmp_path / "whole")
    assert (tmp_path / "clip.part").read_bytes() == (tmp_path / "whole").read_bytes()


async def test_an_expired_url_is_refused_so_that_a_new_one_is_requested(sandbox: Sandbox, tmp_path: Path) -> None:
    client = sandbox.client()
    made = await client.get_generation((await client.create_generation(order())).generation)
    assert made is not None
    assert made.video is not None
    sandbox.world.fail_next("url_expired")
    with pytest.raises(RequestRefused):
        await client.download(made.video.video, tmp_path / "clip.part")
    again = await client.get_generation(made.id)
    assert again is not None
    assert again.video is not None
    await client.download(again.video.video, tmp_path / "clip.part")


async def test_a_refused_upload_is_repeated_with_a_new_target(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.world.fail_next("upload_refused")
    assert await sandbox.client().upload(picture(tmp_path), "png")
    assert [asked.call for asked in sandbox.world.requests] == ["init_image", "upload", "init_image", "upload"]
    sandbox.world.fail_next("upload_refused", 2)
    with pytest.raises(RequestRefused):
        await sandbox.client().upload(picture(tmp_path), "png")


async def test_the_sandbox_sees_the_key_in_api_calls_only(sandbox: Sandbox, tmp_path: Path) -> None:
    client = sandbox.client()
    await client.upload(picture(tmp_path), "png")
    made = await client.get_generation((await client.create_generation(order())).generation)
    assert made is not None
    assert made.video is not None
    await client.download(made.video.video, tmp_path / "clip.part")
    keyed = {asked.call for asked in sandbox.world.requests if "authorization" in asked.headers}
    assert keyed == {"init_image", "create", "poll"}
