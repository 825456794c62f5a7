"""What a client sees of each fault. Every name of the table must be shown here."""

from __future__ import annotations

import json
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from kling_desktop.sandbox.app import create_app
from kling_desktop.sandbox.faults import FAULTS, Faults
from kling_desktop.sandbox.settings import SandboxSettings, parse_fault
from tests.support.sandbox_client import ManualClock, SandboxClient, create_body, messages, png
from tests.support.sandbox_transport import SandboxTransport

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

SHOWN: dict[str, Callable[[SandboxClient], Awaitable[None]]] = {}


def shows(
    name: str,
) -> Callable[[Callable[[SandboxClient], Awaitable[None]]], Callable[[SandboxClient], Awaitable[None]]]:
    def kept(test: Callable[[SandboxClient], Awaitable[None]]) -> Callable[[SandboxClient], Awaitable[None]]:
        SHOWN[name] = test
        return test

    return kept


@pytest.mark.parametrize("name", FAULTS)
async def test_each_fault_takes_effect(service: SandboxClient, name: str) -> None:
    service.world.faults[name] = 1
    await SHOWN[name](service)


@shows("drop_before")
async def _(service: SandboxClient) -> None:
    with pytest.raises(httpx.ReadError):
        await service.create(create_body())
    assert service.world.creates == []
    assert await service.list() == []


@shows("drop_after")
async def _(service: SandboxClient) -> None:
    with pytest.raises(httpx.ReadError):
        await service.create(create_body())
    assert len(service.world.creates) == len(await service.list()) == 1


@shows("error_500_before")
async def _(service: SandboxClient) -> None:
    answer = await service.create(create_body())
    assert (answer.status_code, answer.json()["error"]) == (500, "Internal server error")
    assert service.world.creates == await service.list() == []


@shows("error_500_after")
async def _(service: SandboxClient) -> None:
    assert (await service.create(create_body())).status_code == 500
    assert len(service.world.creates) == len(await service.list()) == 1


@shows("slow")
async def _(service: SandboxClient) -> None:
    app = create_app(SandboxSettings(speed=1000, faults={"slow": 1}))
    async with httpx.AsyncClient(transport=SandboxTransport(app)) as http:
        patient = SandboxClient(app.state.world, http, ManualClock())
        assert (await patient.api("GET", "/v1/me")).elapsed.total_seconds() >= 0.005


@shows("rate_limit")
async def _(service: SandboxClient) -> None:
    for answer in (await service.create(create_body()), await service.api("GET", "/v1/me")):
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "2")
    assert service.world.creates == []


@shows("rate_limit_date")
async def _(service: SandboxClient) -> None:
    answer = await service.create(create_body())
    until = parsedate_to_datetime(answer.headers["retry-after"])
    assert answer.status_code == 429
    assert (until - parsedate_to_datetime(answer.headers["date"])).total_seconds() == 2
    assert service.world.creates == []


@shows("html")
async def _(service: SandboxClient) -> None:
    answer = await service.create(create_body())
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert service.world.creates == []


@shows("empty")
async def _(service: SandboxClient) -> None:
    answer = await service.create(create_body())
    assert (answer.status_code, answer.content) == (200, b"")
    assert service.world.creates == []


@shows("garbage")
async def _(service: SandboxClient) -> None:
    answer = await service.create(create_body())
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    assert answer.status_code == 200
    assert service.world.creates == []


@shows("error_field_200")
async def _(service: SandboxClient) -> None:
    answer = await service.create(create_body())
    assert (answer.status_code, answer.json()["error"]) == (200, "Service Error")
    assert service.world.creates == []


@shows("unauthorized")
async def _(service: SandboxClient) -> None:
    answer = await service.api("GET", "/v1/me")
    assert (answer.status_code, answer.json()["code"]) == (401, "access-denied")


@shows("no_credit")
async def _(service: SandboxClient) -> None:
    answer = await service.create(create_body())
    assert (answer.status_code, answer.json()["error"].split(":")[0]) == (400, "not enough api tokens userId")
    assert service.world.creates == []


@shows("moderation")
async def _(service: SandboxClient) -> None:
    answer = await service.create(create_body())
    assert (answer.status_code, answer.json()["error"].split(":")[0]) == (403, "content moderation filter")
    assert service.world.creates == []


@shows("refuse_seed")
async def _(service: SandboxClient) -> None:
    assert messages(await service.create(create_body(seed=7))) == ["parameters.property seed should not exist"]
    await service.made(create_body())


@shows("refuse_enhance")
async def _(service: SandboxClient) -> None:
    [message] = messages(await service.create(create_body(prompt_enhance="OFF")))
    assert message == "parameters.property prompt_enhance should not exist"
    await service.made(create_body())


@shows("refuse_unknown")
async def _(service: SandboxClient) -> None:
    [message] = messages(await service.create(create_body(something_new=1)))
    assert message == "parameters.property something_new should not exist"
    await service.made(create_body())


@shows("model_missing")
async def _(service: SandboxClient) -> None:
    names = [one["name"] for one in (await service.api("GET", "/v2/models")).json()["productionApiAvailableModels"]]
    assert names
    assert "Kling O1 Video Model" not in names
    [message] = messages(await service.create(create_body()))
    assert "is not supported within the Production API" in message


@shows("one_slot")
async def _(service: SandboxClient) -> None:
    [details] = (await service.api("GET", "/v1/me")).json()["user_details"]
    assert details["apiConcurrencySlots"] == 1


@shows("flat")
async def _(service: SandboxClient) -> None:
    answer = (await service.create(create_body())).json()
    assert (await service.poll(answer["generationId"]))["status"] == "PENDING"


@shows("v1_wrapper")
async def _(service: SandboxClient) -> None:
    answer = (await service.create(create_body())).json()
    assert (await service.poll(answer["sdGenerationJob"]["generationId"]))["status"] == "PENDING"


@shows("no_cost")
async def _(service: SandboxClient) -> None:
    assert "cost" not in (await service.create(create_body())).json()["generate"]


@shows("credits")
async def _(service: SandboxClient) -> None:
    answer = (await service.create(create_body(duration=10))).json()
    assert answer["generate"]["cost"] == {"amount": "968", "unit": "CREDITS"}


@shows("failed")
async def _(service: SandboxClient) -> None:
    generation = await service.made(create_body())
    before = (await service.api("GET", "/v1/me")).json()["user_details"][0]["apiPaidTokens"]
    service.clock.now += 60
    made = await service.poll(generation)
    assert (made["status"], made["generated_images"]) == ("FAILED", [])
    after = (await service.api("GET", "/v1/me")).json()["user_details"][0]["apiPaidTokens"]
    assert after - before == 484


@shows("blocked")
async def _(service: SandboxClient) -> None:
    image = await service.video_of(create_body())
    assert (image["motionMP4URL"], image["nsfw"]) == (None, True)
    assert (await service.http.get(image["url"].replace(".jpg", ".mp4"))).status_code == 404


@shows("no_poster")
async def _(service: SandboxClient) -> None:
    image = await service.video_of(create_body())
    assert image["url"] is None
    assert image["motionMP4URL"]


@shows("poster_404")
async def _(service: SandboxClient) -> None:
    image = await service.video_of(create_body())
    assert (await service.http.get(image["url"])).status_code == 404


@shows("late_video")
async def _(service: SandboxClient) -> None:
    generation = await service.made(create_body())
    service.clock.now += 60
    seen = [(await service.poll(generation))["generated_images"][0]["motionMP4URL"] for _ in range(4)]
    assert seen[:3] == [None] * 3
    assert seen[3] is not None


@shows("unknown_status")
async def _(service: SandboxClient) -> None:
    generation = await service.made(create_body())
    assert [(await service.poll(generation))["status"] for _ in range(4)] == ["SIMMERING"] * 3 + ["PENDING"]


@shows("null_generation")
async def _(service: SandboxClient) -> None:
    generation = await service.made(create_body())
    assert [await service.poll(generation) is None for _ in range(4)] == [True, True, True, False]


@shows("late_list")
async def _(service: SandboxClient) -> None:
    await service.made(create_body())
    assert [len(await service.list()) for _ in range(4)] == [0, 0, 0, 1]


@shows("upload_refused")
async def _(service: SandboxClient) -> None:
    answer = await service.post_file(await service.prepare(), png())
    assert answer.status_code == 403
    assert "<Code>AccessDenied</Code>" in answer.text


@shows("truncated")
async def _(service: SandboxClient) -> None:
    address = (await service.video_of(create_body()))["motionMP4URL"]
    parts: list[bytes] = []

    async def read(answer: httpx.Response) -> None:
        async for part in answer.aiter_bytes():
            parts.append(part)  # noqa: PERF401 - the parts before the error count

    async with service.http.stream("GET", address) as answer:
        with pytest.raises(httpx.RemoteProtocolError):
            await read(answer)
    arrived, length = len(b"".join(parts)), int(answer.headers["content-length"])
    assert arrived == length // 2
    service.world.faults["truncated"] = 0
    rest = await service.http.get(address, headers={"range": f"bytes={arrived}-"})
    assert len(rest.content) == length - arrived


@shows("wrong_video")
async def _(service: SandboxClient) -> None:
    answer = await service.http.get((await service.video_of(create_body()))["motionMP4URL"])
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


@shows("url_expired")
async def _(service: SandboxClient) -> None:
    first = (await service.video_of(create_body()))["motionMP4URL"]
    assert [(await service.http.get(first)).status_code for _ in range(2)] == [403, 403]
    [made] = await service.list()
    second = (await service.poll(made["id"]))["generated_images"][0]["motionMP4URL"]
    assert second != first
    assert (await service.http.get(second)).status_code == 200
    assert (await service.http.get(first)).status_code == 403


async def test_a_fault_can_target_one_call_and_be_counted(service: SandboxClient) -> None:
    generation = await service.made(create_body())
    service.world.fail_next("poll.html", 2)
    assert (await service.api("GET", "/v1/me")).json()
    kinds = [(await service.api("GET", f"/v1/generations/{generation}")).headers["content-type"] for _ in range(3)]
    assert [kind.split(";")[0] for kind in kinds] == ["text/html", "text/html", "application/json"]


async def test_faults_can_be_switched_off_while_it_runs(service: SandboxClient) -> None:
    service.world.faults["rate_limit"] = 1
    assert (await service.create(create_body())).status_code == 429
    del service.world.faults["rate_limit"]
    await service.made(create_body())


@pytest.mark.parametrize("call", ["upload", "video", "poster", "delete", "init_image"])
async def test_connections_of_any_call_can_close(service: SandboxClient, call: str) -> None:
    image = await service.video_of(create_body())
    prepared = await service.prepare()
    service.world.faults[f"{call}.drop_before"] = 1
    asks: dict[str, Callable[[], Awaitable[Any]]] = {
        "upload": lambda: service.post_file(prepared, png()),
        "video": lambda: service.http.get(image["motionMP4URL"]),
        "poster": lambda: service.http.get(image["url"]),
        "delete": lambda: service.api("DELETE", f"/v1/generations/{prepared['id']}"),
        "init_image": service.prepare,
    }
    with pytest.raises(httpx.ReadError):
        await asks[call]()


def test_the_same_seed_gives_the_same_faults() -> None:
    def thrown(seed: int) -> list[bool]:
        faults = Faults({"html": 0.5, "failed": 0.5}, seed)
        return [faults.strike("html", "create") for _ in range(64)]

    assert thrown(1) == thrown(1)
    assert thrown(1) != thrown(2)
    assert 10 < sum(thrown(1)) < 54


def test_a_fault_has_a_probability() -> None:
    assert parse_fault("html=0.25") == ("html", 0.25)
    assert parse_fault("poll.drop_before=1") == ("poll.drop_before", 1.0)


@pytest.mark.parametrize(
    "text", ["", "html=", "html=much", "html=2", "html=-1", "html=nan", "htlm=1", "poll.failed=1", "cat.html=1"]
)
def test_an_invalid_fault_is_explained(text: str) -> None:
    with pytest.raises(ValueError, match=r"There is no fault|needs a likelihood|is written NAME=P"):
        parse_fault(text)


@pytest.mark.parametrize("speed", [-1.0, float("nan")])
def test_an_invalid_speed_is_explained(speed: float) -> None:
    with pytest.raises(ValueError, match="speed"):
        SandboxSettings(speed=speed)


@pytest.mark.parametrize("speed", [0.0, float("inf")])
def test_no_speed_limit_means_no_wait(speed: float) -> None:
    assert SandboxSettings(speed=speed).wait(6) == 0
