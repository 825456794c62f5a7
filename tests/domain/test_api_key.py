"""A pasted key is cleaned up, and so is one that is set for a run; what is no key never leaves as one."""

import os

import pytest

from kling_desktop.domain.api_key import clean_key
from kling_desktop.domain.errors import UserError
from kling_desktop.environment import KEY_VARIABLE, take_key_from_environment

KEY = "0f9d2c1e-aaaa-bbbb-cccc-1234567890ab"


@pytest.mark.parametrize(
    "pasted",
    [
        KEY,
        f"  {KEY}\r\n",
        f'"{KEY}"',
        f"“{KEY}”",
        f"'{KEY}';",
        f"Bearer {KEY}",
        f"bearer  {KEY}",
        f"Authorization: Bearer {KEY}",
        f"-H 'authorization: Bearer {KEY}' \\",
        f"LEONARDO_API_KEY={KEY}",
        f'export LEONARDO_API_KEY="{KEY}"',
        f"$env:LEONARDO_API_KEY = '{KEY}'",
        f"\ufeff{KEY}\u200b",
        f"{KEY[:18]}\n{KEY[18:]}",
        f"{KEY[:18]} {KEY[18:]}",
    ],
)
def test_a_pasted_key_is_cleaned_up(pasted: str) -> None:
    assert clean_key(pasted) == KEY


@pytest.mark.parametrize(
    "pasted",
    [
        "",
        "  ",
        "Bearer",
        '""',
        KEY[:-1],
        f"{KEY}0",
        KEY.replace("0", "g"),
        KEY.replace("-", ""),
        f"https://app.leonardo.ai/{KEY}",
        f"{KEY} {KEY}",
        "\ud800",
        "YOUR_API_KEY",
        "<YOUR_API_KEY>",
        "$LEONARDO_API_KEY",
        "{{ $credentials.key }}",
        "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
        "1f197fd2-30f6-41a0-9d2c-5a2e3c1b7a10",
        pytest.param("x" * 40_000_000, id="40 MB"),
    ],
)
def test_text_that_is_no_key_is_explained_without_repeating_it(pasted: str) -> None:
    with pytest.raises(UserError) as caught:
        clean_key(pasted)
    assert caught.value.message.endswith(".")
    assert KEY[:18] not in str(caught.value)


@pytest.mark.parametrize("value", [KEY, f"Bearer {KEY}", f"{KEY}\r\n", f'"{KEY}"', f" {KEY} ", f"'Bearer {KEY}'"])
def test_a_key_that_is_set_is_cleaned_as_a_pasted_one_is(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(KEY_VARIABLE, value)
    key = take_key_from_environment()
    assert key is not None
    assert key.reveal() == KEY
    assert KEY_VARIABLE not in os.environ


@pytest.mark.parametrize("value", ["YOUR_API_KEY", "Bearer", "a secret", f"{KEY}0"])
def test_a_variable_that_holds_no_key_is_named_without_its_value(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(KEY_VARIABLE, value)
    with pytest.raises(UserError, match=KEY_VARIABLE) as caught:
        take_key_from_environment()
    assert value not in str(caught.value)
    assert KEY_VARIABLE not in os.environ


@pytest.mark.parametrize("value", ["", " \n"])
def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(KEY_VARIABLE, value)
    assert take_key_from_environment() is None
