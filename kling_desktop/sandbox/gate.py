"""What every call passes before and after it is answered: the log, the key, the faults."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse, Response

from kling_desktop.sandbox.connection import Dropped
from kling_desktop.sandbox.envelopes import page, refused
from kling_desktop.sandbox.faults import API_CALLS
from kling_desktop.sandbox.records import new_id
from kling_desktop.sandbox.world import Asked

if TYPE_CHECKING:
    from starlette.requests import Request

    from kling_desktop.sandbox.world import World

Endpoint = Callable[["Request"], Awaitable[Response]]

BAD_KEY = "00000000-0000-0000-0000-000000000000"
"""The one well-formed key that the sandbox refuses."""

_KEY = re.compile(r"Bearer [0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_DELAY = 5.0


def gated(world: World, call: str, endpoint: Endpoint) -> Endpoint:
    """The endpoint of one call (`faults.CALLS`) with its faults. Calls to the API itself need a key."""

    async def answer(request: Request) -> Response:
        world.requests.append(Asked(request.method, request.url.path, dict(request.headers), call))
        if world.faults.strike("slow", call):
            await asyncio.sleep(world.settings.wait(_DELAY))
        refusal = _fault_before(world, call) or (_key_refusal(world, call, request) if call in API_CALLS else None)
        try:
            response = refusal or await endpoint(request)
        except ClientDisconnect:  # halfway through the request: nothing is done, and nobody knows about it
            return Dropped()
        if refusal is None and world.faults.strike("drop_after", call):
            response = Dropped()
        elif refusal is None and world.faults.strike("error_500_after", call):
            response = refused(500, "Internal server error")
        response.headers["date"] = formatdate(world.clock(), usegmt=True)
        if call in API_CALLS:
            response.headers["x-request-id"] = new_id()
        return response

    return answer


def _fault_before(world: World, call: str) -> Response | None:
    strike = world.faults.strike
    if strike("drop_before", call):
        return Dropped()
    if strike("html", call):
        return page("Sign in to the guest network")
    if strike("empty", call):
        return Response(status_code=200)
    if strike("garbage", call):
        return PlainTextResponse('{"generate": {"generat')
    if strike("error_500_before", call):
        return refused(500, "Internal server error")
    if strike("rate_limit", call):
        return _too_many("2")
    if strike("rate_limit_date", call):
        return _too_many(formatdate(world.clock() + 2, usegmt=True))
    if strike("error_field_200", call):
        response = refused(500, "Service Error")
        response.status_code = 200
        return response
    return None


def _too_many(when: str) -> Response:
    response = refused(429, "Too many requests")
    response.headers["retry-after"] = when
    return response


def _key_refusal(world: World, call: str, request: Request) -> Response | None:
    authorization = request.headers.get("authorization", "")
    if not _KEY.fullmatch(authorization):
        return refused(500, "Invalid response from authorization hook")
    if authorization.endswith(BAD_KEY) or world.faults.strike("unauthorized", call):
        return refused(401, "Authentication hook unauthorized this request", "access-denied")
    return None
