"""A proxy setting that can't be used is named, and stops only what would go through it."""

import asyncio

import pytest

from kling_desktop.api.client import Client
from kling_desktop.api.proxies import is_direct, shown_proxy
from kling_desktop.domain.errors import Unreachable
from kling_desktop.domain.secret import Secret
from tests.api.raw_http import GENERATION, KEY, Serve, http_answer, read_request

UNUSABLE = [
    "socks://127.0.0.1:7890/",
    "socks4://127.0.0.1:7890",
    "htp://127.0.0.1:7890",
    "ftp://127.0.0.1:1",
    "http://",
    "http:/127.0.0.1:7890",
    "http://:8080",
    "http://127.0.0.1:99999",
    "http://127.0.0.1:0",
    "http://127.0.0.1:port",
    "http://[::1",
    "127.0.0.1:7890:7891",
    "http://my proxy:8080",
    '"http://127.0.0.1:7890"',
    "\udcff",
]


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.write(http_answer(b'{"user_details": [{"user": {"id": "%b"}}]}' % GENERATION.encode()))


@pytest.mark.parametrize(
    ("variable", "setting"), [("https_proxy", UNUSABLE[0]), *(("ALL_PROXY", one) for one in UNUSABLE)]
)
async def test_an_unusable_proxy_is_named_and_stops_nothing_on_this_machine(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, variable: str, setting: str
) -> None:
    monkeypatch.setenv(variable, setting)
    monkeypatch.setenv("HTTP_PROXY", setting)
    client = Client("https://api.invalid/api/rest", Secret(KEY))
    with pytest.raises(Unreachable) as caught:
        await client.get_account()
    await client.aclose()
    assert variable in caught.value.message
    here = Client(await serve(answer), Secret(KEY))
    assert (await here.get_account()).user == GENERATION
    await here.aclose()


async def test_a_proxy_for_one_scheme_works_beside_an_unusable_one_for_all(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await read_request(reader))[0])
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n")

    monkeypatch.setenv("all_proxy", "socks://127.0.0.1:1")
    monkeypatch.setenv("HTTPS_PROXY", (await serve(proxy)).removesuffix("/api/rest"))
    monkeypatch.setenv("NO_PROXY", "[::1],fe80::/10,*.local,http://[,%zz, ,:80,a b,10.0.0.0/8")
    client = Client("https://api.invalid/api/rest", Secret(KEY))
    with pytest.raises(Unreachable):
        await client.get_account()
    await client.aclose()
    assert asked == ["CONNECT api.invalid:443 HTTP/1.1"]


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("socks://127.0.0.1:7890/", "socks://127.0.0.1:7890"),
        ("socks://ada:pass word@host:1", "socks://•••@host:1"),
        ("http://ada:p@ss/w?rd@host:1/", "http://•••@host:1"),
        ("http:/ada:secret@host:1", "•••@host:1"),
        ("ada:pa//secret@host", "•••@host"),
        ("http://ada:secret", "http://ada:•••"),
        ("http://host:1?token=secret", "http://host:1"),
        ("http://ho\nst:1", "http://ho st:1"),
    ],
)
def test_a_proxy_is_shown_without_its_password(address: str, shown: str) -> None:
    assert shown_proxy(address) == shown


@pytest.mark.parametrize(
    ("entries", "host", "direct"),
    [
        ("", "leonardo.ai", False),
        ("*", "leonardo.ai", True),
        ("leonardo.ai", "cloud.leonardo.ai", True),
        (".leonardo.ai", "cloud.leonardo.ai", True),
        ("*.leonardo.ai", "cloud.leonardo.ai", True),
        ("https://cloud.leonardo.ai/", "cloud.leonardo.ai", True),
        ("LEONARDO.AI.", "leonardo.ai", True),
        ("ardo.ai", "leonardo.ai", False),
        ("leonardo.ai:443", "leonardo.ai", True),
        ("leonardo.ai:8443", "leonardo.ai", False),
        ("a, b;c\tleonardo.ai", "leonardo.ai", True),
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.0.0.0/8", "11.1.2.3", False),
        ("[::1]:80 [fe80::1]", "fe80::1", True),
        (",;: [ .", "leonardo.ai", False),
    ],
)
def test_what_no_proxy_names_is_reached_directly(entries: str, host: str, direct: bool) -> None:
    assert is_direct(host, 443, entries) is direct
