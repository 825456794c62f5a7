"""The service's JSON as the domain's types, and JSON that nobody foresaw."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.api import responses, wire
from kling_desktop.api.transport import Response
from kling_desktop.domain.errors import KlingError, Unanswered
from kling_desktop.domain.jobs.generation import Account
from kling_desktop.domain.jobs.job import Cost
from kling_desktop.domain.secret import Secret
from tests.api.raw_http import GENERATION, KEY

POSTER = "https://cdn.test/a.jpg"
VIDEO = "https://cdn.test/a.mp4"

KEYS = st.sampled_from(
    [
        *("generate", "sdGenerationJob", "generationId", "cost", "amount", "unit", "apiCreditCost", "error", "errors"),
        *("message", "code", "extensions", "details", "statusCode", "generations_by_pk", "generations", "id", "status"),
        *("createdAt", "prompt", "imageWidth", "seed", "generated_images", "url", "motionMP4URL", "uploadInitImage"),
        *("fields", "init_images_by_pk", "user_details", "user", "username", "apiPaidTokens", "name"),
        "productionApiAvailableModels",
    ]
)
TELLING = st.sampled_from([GENERATION, POSTER, "2026-08-01T10:11:12.1", "9999-12-31T23:59:59-23:59", "NaN", "1e999999"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | TELLING,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(), inner, max_size=8),
    max_leaves=30,
)
READERS: list[Callable[[Any], object]] = [
    wire.parse_created,
    wire.parse_generation,
    wire.parse_generations,
    wire.parse_upload_target,
    wire.parse_image_url,
    wire.parse_account,
    wire.parse_model_names,
]


def generation(**changes: Any) -> dict[str, Any]:
    image = {"id": GENERATION, "url": POSTER, "motionMP4URL": VIDEO, "nsfw": False, "likeCount": 0, "motion": True}
    return {
        "id": GENERATION,
        "status": "COMPLETE",
        "createdAt": "2026-08-01T10:11:12.345",
        "prompt": "a fox",
        "public": False,
        "imageWidth": 1920,
        "imageHeight": 1080,
        "seed": 42,
        "modelId": None,
        "generated_images": [image],
        "scheduler": None,
        "a key of tomorrow": {"x": [1]},
        **changes,
    }


@given(value=JSON, status=st.sampled_from([200, 400, 401, 429, 500]))
def test_no_json_breaks_the_client(value: Any, status: int) -> None:
    for body in (json.dumps(value).encode(), json.dumps([value]).encode()):
        try:
            data = responses.parse(Response(status, httpx.Headers(), body, Secret(KEY)))
        except KlingError as error:
            str(error).encode()  # fit for a file and a screen
            continue
        for reader in READERS:
            with suppress(Unanswered):
                repr(reader(data)).encode()


@given(body=st.binary(max_size=300), kind=st.sampled_from(["", "text/html", "application/json"]))
def test_no_bytes_break_the_client(body: bytes, kind: str) -> None:
    with pytest.raises(KlingError):
        wire.parse_generation(responses.parse(Response(200, httpx.Headers({"content-type": kind}), body, Secret(KEY))))


@pytest.mark.parametrize(
    "answer",
    [
        {"generate": {"generationId": GENERATION, "cost": {"amount": "0.755", "unit": "DOLLARS"}, "apiCreditCost": 0}},
        {"generationId": GENERATION, "cost": {"amount": 0.755, "unit": "DOLLARS"}},
        {"sdGenerationJob": {"generationId": GENERATION, "cost": {"amount": "0.755", "unit": "dollars", "x": 1}}},
        {"motionVideoGenerationJob": {"generationId": GENERATION, "cost": {"amount": "0.755", "unit": "DOLLARS"}}},
    ],
)
def test_a_created_generation_is_read_in_each_shape(answer: dict[str, Any]) -> None:
    accepted = wire.parse_created(answer)
    assert accepted is not None
    assert (accepted.generation, accepted.cost) == (GENERATION, Cost(Decimal("0.755"), "DOLLARS"))


@pytest.mark.parametrize(
    ("order", "cost"),
    [
        ({"cost": None}, None),
        ({}, None),
        ({"apiCreditCost": 0}, None),
        ({"apiCreditCost": None}, None),
        ({"apiCreditCost": "484"}, Cost(Decimal(484), "CREDITS")),
        ({"cost": None, "apiCreditCost": 484}, Cost(Decimal(484), "CREDITS")),
        ({"cost": {"amount": 484, "unit": "CREDITS"}}, Cost(Decimal(484), "CREDITS")),
        ({"cost": {"amount": "free", "unit": "DOLLARS"}}, None),
        ({"cost": {"amount": float("nan"), "unit": "DOLLARS"}}, None),
        ({"cost": {"amount": True, "unit": "DOLLARS"}}, None),
        ({"cost": {"amount": "0.755"}}, None),
        ({"cost": "0.755"}, None),
    ],
)
def test_the_cost_is_what_the_service_says_or_nothing(order: dict[str, Any], cost: Cost | None) -> None:
    accepted = wire.parse_created({"generate": {"generationId": GENERATION, **order}})
    assert accepted is not None
    assert accepted.cost == cost


@pytest.mark.parametrize(
    "identity", [GENERATION.upper(), "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"]
)
def test_ids_need_not_be_of_any_uuid_version(identity: str) -> None:
    accepted = wire.parse_created({"generate": {"generationId": identity}})
    assert accepted is not None
    assert accepted.generation == identity
    found = wire.parse_generation({"generations_by_pk": generation(id=identity)})
    assert found is not None
    assert found.id == identity


def test_a_generation_is_read_with_its_video() -> None:
    found = wire.parse_generation({"generations_by_pk": generation()})
    assert found is not None
    assert (found.status, found.prompt, found.width, found.height, found.seed) == ("COMPLETE", "a fox", 1920, 1080, 42)
    assert found.video is not None
    assert (found.video.video, found.video.poster) == (VIDEO, POSTER)


def test_the_poster_alone_is_no_video() -> None:
    image = {"id": GENERATION, "url": POSTER, "motionMP4URL": None}
    found = wire.parse_generation({"generations_by_pk": generation(generated_images=[image])})
    assert found is not None
    assert found.video is None


def test_an_unknown_generation_is_none() -> None:
    assert wire.parse_generation({"generations_by_pk": None}) is None


@pytest.mark.parametrize("data", [{}, {"generations_by_pk": []}, {"generations_by_pk": {"status": "COMPLETE"}}])
def test_a_response_without_a_generation_can_be_retried(data: dict[str, Any]) -> None:
    with pytest.raises(Unanswered):
        wire.parse_generation(data)


@pytest.mark.parametrize("status", ["QUEUED", "pending", "", None, 7])
def test_an_unknown_status_is_kept(status: Any) -> None:
    found = wire.parse_generation({"generations_by_pk": generation(status=status, generated_images=None)})
    assert found is not None
    assert found.status == ("" if status is None else str(status).upper())
    assert found.media == ()


@pytest.mark.parametrize(
    ("written", "microseconds"),
    [
        ("2026-08-01T10:11:12", 0),
        ("2026-08-01T10:11:12.3", 300_000),
        ("2026-08-01T10:11:12.345", 345_000),
        ("2026-08-01T10:11:12.34567", 345_670),
        ("2026-08-01T10:11:12.3456789", 345_678),
        ("2026-08-01 10:11:12.345", 345_000),
        ("2026-08-01T10:11:12.345Z", 345_000),
        ("2026-08-01T12:11:12.345+02:00", 345_000),
    ],
)
def test_a_time_without_a_zone_is_utc_whatever_its_fraction(written: str, microseconds: int) -> None:
    found = wire.parse_generation({"generations_by_pk": generation(createdAt=written)})
    assert found is not None
    assert found.created_at == datetime(2026, 8, 1, 10, 11, 12, microseconds, tzinfo=UTC)


@pytest.mark.parametrize("written", [None, "", "yesterday", True, {}, "0001-01-01T00:00:00+23:59"])
def test_an_unreadable_time_is_none(written: Any) -> None:
    found = wire.parse_generation({"generations_by_pk": generation(createdAt=written)})
    assert found is not None
    assert found.created_at is None


@pytest.mark.parametrize(
    ("status", "understood"),
    [
        *((word, "COMPLETE") for word in ("complete", "Complete", " COMPLETE\n", "COMPLETED", "succeeded", "", 7)),
        *((word, "FAILED") for word in ("failed", "Failed")),
        *((word, "PENDING") for word in ("pending", "Pending")),
        ("in_progress", "IN_PROGRESS"),
    ],
)
def test_a_status_is_understood_in_any_spelling(status: Any, understood: str) -> None:
    found = wire.parse_generation({"generations_by_pk": generation(status=status)})
    assert found is not None
    assert found.video
    assert found.status == understood


def test_numbers_are_understood_as_texts_and_times_as_numbers() -> None:
    written = generation(imageWidth="1920", imageHeight=1080.0, seed="42", createdAt=1_764_000_000_000)
    found = wire.parse_generation({"generations_by_pk": written})
    assert found is not None
    assert (found.width, found.height, found.seed) == (1920, 1080, 42)
    assert found.created_at == datetime.fromtimestamp(1_764_000_000, UTC)
    assert found == wire.parse_generation({"generations_by_pk": {**written, "createdAt": "1764000000"}})


def test_one_unreadable_generation_does_not_hide_the_others() -> None:
    page = wire.parse_generations({"generations": [None, "x", {"id": 7}, {}, generation(), [generation()]]})
    assert [found.id for found in page] == [GENERATION]


@pytest.mark.parametrize("written", ['{"key": "a/b.png", "policy": "abc"}', {"key": "a/b.png", "policy": "abc"}])
def test_the_fields_of_an_upload_are_read_in_their_order(written: Any) -> None:
    place = wire.parse_upload_target(
        {"uploadInitImage": {"id": GENERATION, "url": "https://bucket.test", "fields": written}}
    )
    assert list(place.fields.items()) == [("key", "a/b.png"), ("policy", "abc")]


@pytest.mark.parametrize(
    ("details", "credits"),
    [
        ({"apiPaidTokens": 100, "apiSubscriptionTokens": 20}, 120),
        ({"apiPaidTokens": None, "apiSubscriptionTokens": 20}, 20),
        ({"apiPaidTokens": 0, "apiSubscriptionTokens": 0}, 0),
        ({"apiPaidTokens": None}, None),
        ({"paidTokens": 9}, None),
    ],
)
def test_the_balance_is_the_apis_own(details: dict[str, Any], credits: int | None) -> None:
    data = {"user_details": [{"user": {"id": GENERATION, "username": "ada"}, **details}]}
    assert wire.parse_account(data) == Account(GENERATION, "ada", credits)


@pytest.mark.parametrize(("written", "slots"), [(4, 4), (None, None), ("many", None)])
def test_the_concurrency_slots_are_read(written: Any, slots: int | None) -> None:
    data = {"user_details": [{"user": {"id": GENERATION}, "apiConcurrencySlots": written}]}
    assert wire.parse_account(data).concurrent_jobs == slots


def test_lone_surrogates_from_the_service_are_replaced() -> None:
    found = wire.parse_generation(json.loads(json.dumps({"generations_by_pk": generation(prompt="\ud83e")})))
    assert found is not None
    found.prompt.encode()
