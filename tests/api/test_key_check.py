"""Checking a key names the problem."""

from typing import Any

import pytest

from kling_desktop.api.key_check import KeyState, check_key
from kling_desktop.domain.request.model_table import KLING_O1
from tests.api.raw_http import GENERATION, Says

ME = {"user_details": [{"user": {"id": GENERATION, "username": "ada"}, "apiPaidTokens": 5}]}


def models(*names: str) -> dict[str, Any]:
    return {"productionApiAvailableModels": [{"id": GENERATION, "name": name, "parameters": {}} for name in names]}


async def test_a_key_that_works_says_so(says: Says) -> None:
    verdict = await check_key(says(200, ME | models("Phoenix", "Kling O1 Video Model")), KLING_O1.name)
    assert (verdict.state, verdict.message) == (KeyState.WORKS, "The key works.")
    assert verdict.account is not None
    assert verdict.account.name == "ada"


async def test_a_key_without_the_model_says_so(says: Says) -> None:
    verdict = await check_key(says(200, ME | models("Kling 2.5", "Kling O10")), KLING_O1.name)
    assert verdict.state is KeyState.NO_MODEL
    assert "doesn't include Kling O1" in verdict.message


async def test_a_key_works_even_if_the_models_cant_be_listed(says: Says) -> None:
    verdict = await check_key(says(200, ME), KLING_O1.name)
    assert verdict.state is KeyState.WORKS
    assert "couldn't be checked" in verdict.message


@pytest.mark.parametrize(
    ("status", "body", "state", "words"),
    [
        (
            401,
            {"error": "Authentication hook unauthorized this request"},
            KeyState.WRONG,
            "doesn't accept this",
        ),
        (500, {"error": "Invalid response from authorization hook"}, KeyState.WRONG, "doesn't accept this"),
        (200, b"<html>hello</html>", KeyState.UNCLEAR, "sign-in page"),
        (503, b"", KeyState.UNCLEAR, "problem of its own"),
        (429, b"", KeyState.UNREACHABLE, "too many requests"),
    ],
)
async def test_a_failed_check_names_the_cause(says: Says, status: int, body: Any, state: KeyState, words: str) -> None:
    verdict = await check_key(says(status, body), KLING_O1.name)
    assert verdict.state is state
    assert words in verdict.message


@pytest.mark.parametrize("key", ["", "with a space", "schlüssel", "a\r\nb: c", "\ud800"])
async def test_a_key_that_no_header_can_carry_is_a_wrong_key(says: Says, key: str) -> None:
    assert (await check_key(says(200, ME, key=key), KLING_O1.name)).state is KeyState.WRONG
