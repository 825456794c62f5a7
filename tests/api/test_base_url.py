"""Where the key may be sent, and which other API may be used."""

import httpx
import pytest

from kling_desktop.api.base_url import LEONARDO_BASE, is_under_base, normalize_base_url
from kling_desktop.api.client import Client
from kling_desktop.domain.errors import UserError
from kling_desktop.domain.secret import Secret
from tests.api.raw_http import KEY


@pytest.mark.parametrize(
    ("written", "base"),
    [
        (LEONARDO_BASE, LEONARDO_BASE),
        (f" {LEONARDO_BASE}/ ", LEONARDO_BASE),
        ("https://Proxy.Example:443/leonardo", "https://proxy.example/leonardo"),
        ("https://proxy.example:8443", "https://proxy.example:8443"),
        ("http://127.0.0.1:8000/api/rest", "http://127.0.0.1:8000/api/rest"),
        ("http://localhost/api/rest/", "http://localhost/api/rest"),
        ("http://[::1]:9/api/rest", "http://[::1]:9/api/rest"),
    ],
)
def test_the_base_url_of_another_api_is_normalized(written: str, base: str) -> None:
    assert normalize_base_url(written) == base


@pytest.mark.parametrize(
    "written",
    [
        "",
        "leonardo",
        "cloud.leonardo.ai/api/rest",
        "ftp://cloud.leonardo.ai/api/rest",
        "file:///etc/passwd",
        "http://cloud.leonardo.ai/api/rest",
        "http://127.0.0.1.example.com/api/rest",
        "http://0.0.0.0:80/api/rest",
        f"{LEONARDO_BASE}/v1",
        f"{LEONARDO_BASE}/v2/",
        f"{LEONARDO_BASE}?x=1",
        f"{LEONARDO_BASE}#x",
        "https://user:hunter2@cloud.leonardo.ai/api/rest",
        "https://cloud.leonardo.ai/api/../rest",
        "https://cloud.leonardo.ai/api/%2e%2e",
        "https://cloud.leonardo.ai//api",
        "https://cloud.leonardo.ai:port/api",
        "https://cloud.leonardo.ai:99999/api",
        "https://[::1/api",
        "https:///api",
        "https://a b/api",
        "https://cloud.leonardo.ai\n/api",
        "\x00",
    ],
)
def test_an_invalid_base_url_is_explained(written: str) -> None:
    with pytest.raises(UserError) as caught:
        normalize_base_url(written)
    assert caught.value.message.endswith(".")
    assert "hunter2" not in str(caught.value)
    assert caught.value.__context__ is None


UNDER = [
    "https://cloud.leonardo.ai/api/rest/v1/me",
    "https://CLOUD.leonardo.AI:443/api/rest/v2/models",
    "https://cloud.leonardo.ai/api/rest/v1/generations/user/0f9d2c1e-aaaa-bbbb-cccc-1234567890ab?offset=0",
    "https://cloud.leonardo.ai/x/../api/rest/v1/me",  # sent in its resolved form
]
NOT_UNDER = [
    "http://cloud.leonardo.ai/api/rest/v1/me",
    "https://cloud.leonardo.ai/api/rest",
    "https://cloud.leonardo.ai/api/rest/",
    "https://cloud.leonardo.ai/api/restless/v1/me",
    "https://cloud.leonardo.ai/api/REST/v1/me",
    "https://cloud.leonardo.ai/api/rest/../../cdn/a",
    "https://cloud.leonardo.ai/api/rest/%2e%2e/%2e%2e/cdn/a",
    "https://cloud.leonardo.ai/api/rest/..%2fcdn/a",
    "https://cloud.leonardo.ai/api/rest/..\\cdn",
    "https://cloud.leonardo.ai/api/rest//v1/me",
    "https://cloud.leonardo.ai/api/rest/v1/me;x",
    "https://cloud.leonardo.ai/cdn/a.mp4",
    "https://cloud.leonardo.ai/",
    "https://cloud.leonardo.ai:8443/api/rest/v1/me",
    "https://cloud.leonardo.ai.evil.example/api/rest/v1/me",
    "https://cloud.leonardo.ai@evil.example/api/rest/v1/me",
    "https://user@cloud.leonardo.ai/api/rest/v1/me",
    "https://evil.example/api/rest/v1/me",
    "https://cloud.leonardo.ai./api/rest/v1/me",
    "//cloud.leonardo.ai/api/rest/v1/me",
]


@pytest.mark.parametrize("address", UNDER)
def test_the_key_is_sent_to_urls_under_the_base(address: str) -> None:
    assert is_under_base(httpx.URL(LEONARDO_BASE), httpx.URL(address))


@pytest.mark.parametrize("address", NOT_UNDER)
def test_the_key_is_sent_nowhere_else(address: str) -> None:
    assert not is_under_base(httpx.URL(LEONARDO_BASE), httpx.URL(address))


def test_the_key_never_crosses_a_network_unencrypted() -> None:
    with pytest.raises(UserError):
        Client("http://api.test/api/rest", Secret(KEY))
    assert Client("http://127.0.0.1:9/api/rest", Secret(KEY)).clock_skew is None
