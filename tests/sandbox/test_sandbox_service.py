"""The sandbox's endpoints when nothing goes wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx
import pytest

from kling_desktop.sandbox.app import create_app
from kling_desktop.sandbox.settings import SandboxSettings
from tests.support.sandbox_client import API, ManualClock, SandboxClient, create_body, messages, png
from tests.support.sandbox_transport import SandboxTransport

if TYPE_CHECKING:
    from pathlib import Path

UNKNOWN = "0f0e0d0c-0b0a-1908-8706-050403020100"


async def test_a_create_response_has_id_and_price(service: SandboxClient) -> None:
    five = (await service.create(create_body())).json()["generate"]
    ten = (await service.create(create_body(duration=10))).json()["generate"]
    assert five["cost"] == {"amount": "0.755", "unit": "DOLLARS"}
    assert ten["cost"] == {"amount": "1.51", "unit": "DOLLARS"}
    assert five["apiCreditCost"] == 0
    assert five["generationId"][14] != "4"


async def test_a_generation_is_pending_for_seconds_and_then_has_a_video(service: SandboxClient) -> None:
    generation = await service.made(create_body(seed=7))
    pending = await service.poll(generation)
    assert (pending["status"], pending["generated_images"]) == ("PENDING", [])
    assert pending["createdAt"] == "2027-01-15T08:00:00.000"
    assert (pending["seed"], pending["public"], pending["imageWidth"], pending["imageHeight"]) == (7, False, 1080, 1920)
    service.clock.now += 5.9
    assert (await service.poll(generation))["status"] == "PENDING"
    service.clock.now += 0.2
    done = await service.poll(generation)
    [image] = done["generated_images"]
    assert done["status"] == "COMPLETE"
    assert image["motionMP4URL"].endswith(".mp4")
    assert image["url"].endswith(".jpg")
    assert image["id"] != generation


async def test_ten_generations_run_at_once_and_the_eleventh_waits(service: SandboxClient) -> None:
    ids = [await service.made(create_body()) for _ in range(11)]
    service.clock.now += 6.1
    statuses = [(await service.poll(one))["status"] for one in ids]
    assert statuses == ["COMPLETE"] * 10 + ["PENDING"]
    service.clock.now += 6
    assert (await service.poll(ids[10]))["status"] == "COMPLETE"


async def test_the_list_is_paged_newest_first(service: SandboxClient) -> None:
    ids = [await service.made(create_body()) for _ in range(12)]
    newest = list(reversed(ids))
    assert [one["id"] for one in await service.list()] == newest[:10]
    assert [one["id"] for one in await service.list(offset=10, limit=10)] == newest[10:]
    assert (await service.api("GET", f"/v1/generations/user/{UNKNOWN}")).json() == {"generations": []}


async def test_a_deleted_generation_is_gone(service: SandboxClient) -> None:
    image = await service.video_of(create_body())
    [one] = await service.list()
    answer = await service.api("DELETE", f"/v1/generations/{one['id']}")
    assert answer.json() == {"delete_generations_by_pk": {"id": one["id"]}}
    assert await service.poll(one["id"]) is None
    assert await service.list() == []
    assert (await service.http.get(image["motionMP4URL"])).status_code == 404
    assert (await service.api("DELETE", f"/v1/generations/{one['id']}")).json() == {"delete_generations_by_pk": None}


async def test_an_invalid_id_gets_an_error_object(service: SandboxClient) -> None:
    for method in ("GET", "DELETE"):
        answer = await service.api(method, "/v1/generations/not-an-id")
        assert (answer.status_code, answer.json()["path"]) == (400, "$")
    assert await service.poll(UNKNOWN) is None
    assert (await service.api("GET", "/v1/nowhere")).json()["error"] == "Endpoint not found"


async def test_the_account_shows_its_credits_and_spending(service: SandboxClient) -> None:
    before = (await service.api("GET", "/v1/me")).json()["user_details"][0]
    await service.made(create_body())
    after = (await service.api("GET", "/v1/me")).json()["user_details"][0]
    assert before["user"]["id"] == service.world.user
    assert before["apiPaidTokens"] - after["apiPaidTokens"] == 484


async def test_kling_o1_is_listed_with_its_schema(service: SandboxClient) -> None:
    models = (await service.api("GET", "/v2/models")).json()["productionApiAvailableModels"]
    [o1] = [model for model in models if model["name"] == "Kling O1 Video Model"]
    assert set(o1["parameters"]["properties"]["guidances"]["properties"]) == {
        "start_frame",
        "end_frame",
        "image_reference",
        "video_reference_base",
    }
    assert "kling-video-o-1" not in json.dumps(models)


@pytest.mark.parametrize(
    ("authorization", "status", "error"),
    [
        (None, 500, "Invalid response from authorization hook"),
        ("Bearer my-key", 500, "Invalid response from authorization hook"),
        ("Bearer {6f1c2d3e-0a1b-1c2d-8e3f-4a5b6c7d8e9f}", 500, "Invalid response from authorization hook"),
        ("Bearer 00000000-0000-0000-0000-000000000000", 401, "Authentication hook unauthorized this request"),
    ],
)
async def test_a_wrong_key_and_a_malformed_one_get_different_errors(
    service: SandboxClient, authorization: str | None, status: int, error: str
) -> None:
    service.headers = {} if authorization is None else {"authorization": authorization}
    answer = await service.api("GET", "/v1/me")
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert (await service.create(create_body())).status_code == status
    assert service.world.creates == []


async def test_every_request_is_recorded_with_its_headers(service: SandboxClient) -> None:
    await service.api("GET", "/v1/me")
    [asked] = service.world.requests
    assert (asked.method, asked.path, asked.call) == ("GET", "/api/rest/v1/me", "me")
    assert asked.headers["authorization"] == service.headers["authorization"]


async def test_an_uploaded_image_can_be_fetched_and_deleted(service: SandboxClient) -> None:
    prepared = await service.prepare()
    answer = await service.post_file(prepared, png())
    assert (answer.status_code, answer.content) == (204, b"")
    path = f"/v1/init-image/{prepared['id']}"
    shown = (await service.api("GET", path)).json()["init_images_by_pk"]
    assert shown["id"] == prepared["id"]
    assert (await service.http.get(shown["url"])).content == png()
    assert (await service.http.get(shown["url"], headers=service.headers)).status_code == 403
    assert (await service.api("DELETE", path)).json() == {"delete_init_images_by_pk": {"id": prepared["id"]}}
    assert (await service.api("GET", path)).json() == {"init_images_by_pk": None}
    assert (await service.http.get(shown["url"])).status_code == 404


@pytest.mark.parametrize("extension", ["png", "jpg", "jpeg", "webp"])
async def test_four_image_types_can_be_uploaded(service: SandboxClient, extension: str) -> None:
    assert (await service.prepare(extension))["key"].endswith(f".{extension}")


async def test_other_file_types_cannot_be_uploaded(service: SandboxClient) -> None:
    answer = await service.api("POST", "/v1/init-image", json={"extension": "gif"})
    assert messages(answer) == ["extension must be one of: png, jpg, jpeg, webp"]


async def test_the_bucket_refuses_a_bearer(service: SandboxClient) -> None:
    prepared = await service.prepare()
    files = {"file": ("a.png", png())}
    fields = json.loads(prepared["fields"])
    answer = await service.http.post(prepared["url"], data=fields, files=files, headers=service.headers)
    assert answer.status_code == 403


async def test_the_bucket_requires_every_field_before_the_file(service: SandboxClient) -> None:
    prepared = await service.prepare()
    fields = {name: (None, value.encode()) for name, value in json.loads(prepared["fields"]).items()}
    file = {"file": ("a.png", png())}
    missing = dict(list(fields.items())[1:])
    wrong = {**fields, "Policy": (None, b"other")}
    for form in ({**file, **fields}, {**missing, **file}, {**wrong, **file}, fields):
        assert (await service.http.post(prepared["url"], files=form)).status_code == 403
    assert (await service.http.post(prepared["url"], content=b"not a form")).status_code == 403
    assert (await service.http.post(prepared["url"], files={**fields, **file})).status_code == 204


async def test_an_upload_url_expires_after_two_minutes(service: SandboxClient) -> None:
    early, late = await service.prepare(), await service.prepare()
    service.clock.now += 119
    assert (await service.post_file(early, png())).status_code == 204
    service.clock.now += 2
    assert (await service.post_file(late, png())).status_code == 403


async def test_bucket_and_cdn_are_on_the_host_of_the_api(service: SandboxClient) -> None:
    prepared = await service.prepare()
    image = await service.video_of(create_body())
    for address in (prepared["url"], image["url"], image["motionMP4URL"]):
        assert address.startswith("http://sandbox/")
        assert not address.startswith(API)


async def test_an_account_can_have_a_history_that_costs_nothing(tmp_path: Path) -> None:
    clock = ManualClock()
    app = create_app(SandboxSettings(data=tmp_path, history=60), clock=clock)
    async with httpx.AsyncClient(transport=SandboxTransport(app)) as http:
        service = SandboxClient(app.state.world, http, clock)
        newest = await service.made(create_body())
        listed = [one for offset in (0, 25, 50, 75) for one in await service.list(offset=offset, limit=25)]
        me = (await service.api("GET", "/v1/me")).json()["user_details"][0]
    assert listed[0]["id"] == newest
    assert len({one["id"] for one in listed}) == 61
    times = [one["createdAt"] for one in listed]
    assert times == sorted(times, reverse=True)
    with_video = [one for one in listed if any(image["motionMP4URL"] for image in one["generated_images"])]
    assert {one["status"] for one in listed} == {"COMPLETE", "FAILED", "PENDING"}
    assert {(one["imageWidth"], one["imageHeight"]) for one in with_video} > {(1920, 1080), (1440, 1440), (1080, 1920)}
    assert len(with_video) < 55
    assert me["apiPaidTokens"] == 50_000 - 484
    again = create_app(SandboxSettings(data=tmp_path, history=60), clock=ManualClock(clock.now + 5000))
    assert list(again.state.world.generations) == list(app.state.world.generations)
