"""The account never gets more requests a minute than it may."""

import asyncio

from kling_desktop.api.client import Client
from kling_desktop.api.rate_limiter import RateLimiter
from kling_desktop.domain.secret import Secret
from tests.api.raw_http import GENERATION, KEY, Serve, http_answer, read_request

ANSWER = b"""{
    "generations_by_pk": null,
    "user_details": [{"user": {"id": "5a4d0b0c-1e0f-6a11-ab0e-0d0e57a11ed0"}}]
}"""


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


async def test_a_request_over_the_limit_waits_until_the_first_is_a_minute_old() -> None:
    time = Seconds()
    limits = RateLimiter(3, lambda: time.now, time.sleep)
    turns = []
    for _ in range(7):
        await limits.acquire()
        turns.append(time.now)
        time.now += 1
    assert turns == [0, 1, 2, 60, 61, 62, 120]


async def test_all_api_calls_of_a_key_share_one_limit_and_no_others_count(serve: Serve) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(http_answer(ANSWER))
        await writer.drain()
        writer.close()

    time = Seconds()
    base = await serve(answer)
    client = Client(base, Secret(KEY), rate_limiter=RateLimiter(4, lambda: time.now, time.sleep))
    await asyncio.gather(
        client.get_generation(GENERATION), client.get_account(), client.get_generation(GENERATION), client.get_account()
    )
    assert time.now == 0
    await client.get_generation(GENERATION)
    assert time.now == 60
    await client.aclose()
