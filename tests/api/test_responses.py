"""What the service's responses mean: every row of the error table, in each of the three shapes."""

import asyncio
from base64 import b64encode
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from kling_desktop.api.client import Client
from kling_desktop.domain.errors import KlingError, RefusalReason, RequestRefused, Unanswered, Unreachable
from kling_desktop.domain.jobs.failure_catalog import NOT_CHARGED, REFUSALS
from tests.api.raw_http import GENERATION, KEY, Says

HTML = b"<!DOCTYPE html><html><title>Welcome to the Hotel</title></html>"
CALLS: dict[str, Callable[[Client], Awaitable[object]]] = {
    "create": lambda client: client.create_generation({"model": "kling-video-o-1"}),
    "look": lambda client: client.get_generation(GENERATION),
    "recent": lambda client: client.list_generations(),
    "delete": lambda client: client.delete_generation(GENERATION),
    "account": lambda client: client.get_account(),
    "offers": lambda client: client.has_model("Kling O1"),
    "uploaded_picture": lambda client: client.get_image_url(GENERATION),
    "delete_image": lambda client: client.delete_image(GENERATION),
}
on_every_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)


def array(message: str, details: Any = None, status: int = 400) -> list[Any]:
    extensions = {"code": "BadRequestException", "details": details, "statusCode": status}
    return [{"extensions": extensions, "locations": [], "message": message, "path": []}]


def flat(error: Any, code: str = "unexpected") -> dict[str, Any]:
    return {"error": error, "path": "$", "code": code}


def outcome(client: Client, call: Callable[[Client], Awaitable[object]] = CALLS["create"]) -> KlingError:
    async def ask() -> KlingError:
        with pytest.raises(KlingError) as caught:
            await call(client)
        return caught.value

    error = asyncio.run(ask())
    assert error.message.endswith((".", str(getattr(error, "vendor_message", "")) or "."))
    assert error.hint.endswith(".")
    return error


def refusal(client: Client, call: Callable[[Client], Awaitable[object]] = CALLS["create"]) -> RequestRefused:
    error = outcome(client, call)
    assert isinstance(error, RequestRefused)
    return error


REAL = array(
    "An error occurred.",
    {
        "code": "VALIDATION_ERROR",
        "errors": [{"code": "VALIDATION_ERROR", "message": "parameters.prompt_enhance must be one of: OFF"}],
        "message": "parameters.prompt_enhance must be one of: OFF",
    },
)


@on_every_call
def test_an_array_of_errors_with_status_200_is_a_refusal(says: Says, call: Any) -> None:
    error = refusal(says(200, REAL), call)
    assert (error.reason, error.vendor_message) == (
        RefusalReason.PARAMETER,
        "parameters.prompt_enhance must be one of: OFF",
    )
    assert "prompt enhance" in error.message


@on_every_call
def test_a_flat_error_is_a_refusal(says: Says, call: Any) -> None:
    error = refusal(says(400, flat("something odd", "bad-request")), call)
    assert (error.reason, error.vendor_message) == (RefusalReason.OTHER, "something odd")


@on_every_call
def test_an_error_with_status_200_is_an_error(says: Says, call: Any) -> None:
    assert refusal(says(200, flat("something odd")), call).vendor_message == "something odd"


@on_every_call
@pytest.mark.parametrize("status", [200, 201, 400, 403, 404, 500, 502, 503, 504, 511])
def test_a_web_page_leaves_the_outcome_open(says: Says, call: Any, status: int) -> None:
    error = outcome(says(status, HTML, {"content-type": "text/html"}), call)
    assert isinstance(error, Unanswered)
    assert "Hotel" not in str(error)
    assert status >= 500 or "web page" in error.message


@on_every_call
@pytest.mark.parametrize(
    "body",
    [b"", b" \n", b"\x00\xff\xfe", b'{"generate": {"generat', b"null", b"7", b'"ok"', b"[]", b"{}", b"[" * 100_000],
)
def test_an_unreadable_response_leaves_the_outcome_open(says: Says, call: Any, body: bytes) -> None:
    if body == b"{}" and call in (CALLS["delete"], CALLS["delete_image"]):
        return  # success: its content doesn't matter
    if body == b"{}" and call is CALLS["uploaded_picture"]:
        return  # the service says that it doesn't know it
    assert isinstance(outcome(says(200, body), call), Unanswered)


@on_every_call
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_error_leaves_the_outcome_open(says: Says, call: Any, status: int) -> None:
    assert isinstance(outcome(says(status, flat("Internal server error")), call), Unanswered)
    assert isinstance(outcome(says(status), call), Unanswered)
    assert isinstance(outcome(says(200, array("Internal server error", status=status)), call), Unanswered)


@on_every_call
def test_a_wrong_key_is_recognized(says: Says, call: Any) -> None:
    said = "Authentication hook unauthorized this request"
    error = refusal(says(401, flat(said, "access-denied")), call)
    assert (error.reason, error.vendor_message) == (RefusalReason.KEY, said)
    assert refusal(says(200, array(said, status=401)), call).reason is RefusalReason.KEY
    assert refusal(says(401), call).reason is RefusalReason.KEY


@on_every_call
def test_the_error_for_a_malformed_key_is_recognized_as_a_wrong_key(says: Says, call: Any) -> None:
    assert refusal(says(500, flat("Invalid response from authorization hook")), call).reason is RefusalReason.KEY
    assert (
        refusal(says(200, array("Invalid response from authorization hook", status=500)), call).reason
        is RefusalReason.KEY
    )


@pytest.mark.parametrize("status", [400, 402, 403, 500])
def test_missing_credit_is_recognized(says: Says, status: int) -> None:
    error = refusal(says(status, flat(f"not enough api tokens userId: {GENERATION}")))
    assert error.reason is RefusalReason.CREDIT
    assert REFUSALS[error.reason].cost == NOT_CHARGED
    assert refusal(says(200, array("x", "not enough api tokens"))).reason is RefusalReason.CREDIT


@pytest.mark.parametrize(
    "said",
    ["content moderation filter: violence", "Your prompt appears to contain inappropriate content. Try another."],
)
@pytest.mark.parametrize("status", [400, 403])
def test_moderation_is_recognized(says: Says, said: str, status: int) -> None:
    assert refusal(says(status, flat(said, "access-denied"))).reason is RefusalReason.MODERATION
    assert refusal(says(200, array("An error occurred.", {"message": said}, status))).reason is RefusalReason.MODERATION


@pytest.mark.parametrize("said", ["invalid init image id", "couldn't access image", "Service Error"])
def test_an_id_of_the_wrong_type_is_recognized_as_a_media_problem(says: Says, said: str) -> None:
    assert refusal(says(400, flat(said))).reason is RefusalReason.MEDIA


def test_an_unavailable_model_is_recognized(says: Says) -> None:
    said = "kling-video-o-1 is not supported within the Production API yet"
    assert refusal(says(400, flat(said))).reason is RefusalReason.MODEL


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (array("An error occurred.", "details as a plain text"), "details as a plain text"),
        (array("An error occurred.", {"message": "the details' message"}), "the details' message"),
        (array("the last resort"), "the last resort"),
        (array("An error occurred.", {"errors": [{"message": "one"}, {"message": "two"}]}), "one; two"),
        ({"errors": array("wrapped in an object")}, "wrapped in an object"),
        ({"error": {"message": "an object"}}, "an object"),
    ],
)
def test_the_vendor_message_is_found_in_every_shape(says: Says, body: Any, said: str) -> None:
    assert refusal(says(200, body)).vendor_message == said


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"detail": "plain"}, "plain"),
        (
            {"detail": [{"loc": ["body", "parameters", "seed"], "msg": "seed is out of range", "type": "value_error"}]},
            "parameters.seed: seed is out of range",
        ),
        ({"detail": {"message": "inside"}}, "inside"),
        ({"detail": ["one", "two"]}, "one; two"),
        ({"message": "short"}, "short"),
        ({"message": ["one", "two"], "error": "Bad Request", "statusCode": 400}, "one; two"),
        (
            {"type": "about:blank", "title": "Forbidden", "status": 403, "detail": "the problem's detail"},
            "the problem's detail",
        ),
        ({"title": "only a title"}, "only a title"),
        ({"errors": ["as text"]}, "as text"),
        ({"errors": {"seed": ["is too large", "is odd"]}}, "seed: is too large; seed: is odd"),
        ({"error": "invalid_grant", "error_description": "said at length"}, "invalid_grant; said at length"),
        ({"error": {"code": 400, "message": "nested", "status": "INVALID"}}, "nested"),
        ({"error": {"errors": [{"message": "deep"}]}}, "deep"),
        ({"errors": [{"title": "Odd", "detail": "as of JSON:API"}]}, "as of JSON:API"),
        ({"error": "Forbidden"}, "Forbidden"),
        ({"error": True, "reason": "a reason"}, "a reason"),
        ("a plain JSON text", ""),
        ({"code": 7}, ""),
    ],
)
def test_the_vendor_message_of_what_stands_before_the_service_is_found(says: Says, body: Any, said: str) -> None:
    error = refusal(says(400, body))
    assert error.vendor_message == said
    assert said in error.message


@pytest.mark.parametrize(
    "said",
    [
        "Not enough credits left for this model.",
        "Insufficient credits",
        "INSUFFICIENT_CREDITS",
        "insufficient_quota",
        "You are out of API credits",
        "Your credit balance is too low",
        "Your tokens are exhausted.",
        "You have no more tokens.",
        "Payment Required: add funds",
    ],
)
def test_missing_credit_is_recognized_in_other_words(says: Says, said: str) -> None:
    assert refusal(says(403, {"detail": said})).reason is RefusalReason.CREDIT


@pytest.mark.parametrize("said", ["No token provided", "Invalid token", "The prompt has too many tokens"])
def test_other_tokens_are_no_credit(says: Says, said: str) -> None:
    assert refusal(says(403, {"detail": said})).reason is not RefusalReason.CREDIT


@on_every_call
@pytest.mark.parametrize("status", [408, 409, 425])
def test_a_conflict_or_an_early_request_leaves_the_outcome_open(says: Says, call: Any, status: int) -> None:
    assert isinstance(outcome(says(status, flat("conflict")), call), Unanswered)
    assert isinstance(outcome(says(200, array("conflict", status=status)), call), Unanswered)


@pytest.mark.parametrize(
    "body",
    [
        array('Missing "data" field with no errors in response from remote', status=0),
        array("An error occurred.", {"message": 'Missing "data" field with no errors in response from remote'}),
        {"errors": [{"message": "Oops", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]},
        {"errors": [{"message": "Oops", "extensions": {"http": {"status": "503"}}}]},
        {"error": "ALL_PROVIDERS_FAILED", "code": "unexpected"},
        {"error": "PROVIDER_AUTHENTICATION_ERROR"},
        {"error": "upstream connect error or disconnect/reset before headers"},
        {"error": "x", "statusCode": 500},
    ],
)
def test_an_outage_behind_the_service_leaves_the_outcome_open(says: Says, body: Any) -> None:
    assert isinstance(outcome(says(200, body)), Unanswered)


@pytest.mark.parametrize("said", ["image not found", "The image isn't ready yet", "media is still being processed"])
def test_an_image_that_is_not_ready_is_a_media_problem(says: Says, said: str) -> None:
    assert refusal(says(400, flat(said))).reason is RefusalReason.MEDIA


@on_every_call
def test_the_words_of_the_service_end_like_a_sentence(says: Says, call: Any) -> None:
    assert "something odd. " in str(refusal(says(400, flat("something odd")), call))
    assert "something odd! " in str(refusal(says(400, flat("something odd!")), call))


@pytest.mark.parametrize(
    "spelling", [KEY, KEY.upper(), KEY.replace("-", "%2D"), b64encode(f"Bearer {KEY}".encode()).decode()]
)
def test_a_key_that_is_quoted_is_hidden_wherever_it_stands(says: Says, spelling: str) -> None:
    for body in (flat(f"Unknown key {spelling}"), {"detail": [{"msg": spelling}]}, {"errors": {spelling: ["no"]}}):
        error = refusal(says(400, body))
        assert spelling not in str(error) + error.vendor_message
        assert "•••" in error.message
    user = {"user_details": [{"user": {"id": KEY, "username": f"ada {spelling}"}}]}
    account = asyncio.run(says(200, user).get_account())
    assert (account.user, account.name) == (KEY, "ada •••")


def test_the_refused_setting_is_named(says: Says) -> None:
    assert "“seed”" in refusal(says(200, array("x", {"message": "parameters.seed is not allowed"}))).message
    assert "“prompt enhance”" in refusal(says(400, flat("prompt_enhance is not allowed", "validation-failed"))).message


@on_every_call
@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Sun, 22 Nov 2026 08:00:30 GMT", "date": "Sun, 22 Nov 2026 08:00:00 GMT"}, 30),
        ({"retry-after": "Sun, 22 Nov 2020 08:00:30 GMT"}, 0),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "9" * 400}, 86_400),
        ({"retry-after": "Fri, 31 Dec 9999 23:59:59 GMT"}, 86_400),
        ({"retry-after": "1e3"}, None),
    ],
)
def test_a_rate_limit_says_when_to_retry(says: Says, call: Any, headers: dict[str, str], seconds: float | None) -> None:
    for body in (flat("Too many requests"), HTML, b""):
        error = outcome(says(429, body, headers), call)
        assert isinstance(error, Unreachable)
        assert error.retry_after == seconds


def test_a_redirected_create_request_is_not_sent_elsewhere(says: Says) -> None:
    for status in (301, 302, 303, 307, 308):
        assert isinstance(outcome(says(status, b"", {"location": "https://api.test/api/rest/v2/other"})), Unanswered)


def test_a_generation_id_counts_whatever_else_the_response_says(says: Says) -> None:
    body = {"error": "a warning", "generate": {"generationId": GENERATION}}
    assert asyncio.run(says(200, body).create_generation({})).generation == GENERATION


def test_an_accepted_request_without_an_id_leaves_the_outcome_open(says: Says) -> None:
    assert isinstance(outcome(says(200, {"generate": {"generationId": "later"}})), Unanswered)


def test_an_answer_about_another_generation_is_none(says: Says) -> None:
    for other in (GENERATION[:-1] + "f", KEY):
        assert isinstance(outcome(says(200, {"generations_by_pk": {"id": other}}), CALLS["look"]), Unanswered)
    found = asyncio.run(says(200, {"generations_by_pk": {"id": GENERATION.upper()}}).get_generation(GENERATION))
    assert found is not None
