"""Reads the content of requests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.requests import Request


async def json_body(request: Request) -> Any:
    """Return the request's JSON. ValueError if it isn't JSON, or contains text that UTF-8 can't."""
    try:
        body = json.loads(await request.body())
        json.dumps(body, ensure_ascii=False).encode()
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return body
