"""The API client, one method per endpoint. It satisfies the Protocol `services.remote.Remote`."""

import json
import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx

from kling_desktop.api import downloads, responses, uploads, wire
from kling_desktop.api.rate_limiter import RateLimiter
from kling_desktop.api.server_clock import ServerClock
from kling_desktop.api.transport import CREATE_TIMEOUT, READ_TIMEOUT, HttpTransport, Progress, Request, Response
from kling_desktop.domain.errors import RefusalReason, RequestRefused, Unanswered
from kling_desktop.domain.jobs.generation import Account, CreatedGeneration, Generation
from kling_desktop.domain.request.media_ids import is_id
from kling_desktop.domain.secret import Secret

log = logging.getLogger(__name__)

_DEADLINE = 120.0


class Client:
    """Talks to one API with one key. Every method raises Unreachable, Unanswered or RequestRefused, and nothing else.

    Args:
        base: The address of the API, ending before `/v1` (see `normalize_base_url`).
        key: The API key.
        transport: Replaces the network in tests.
        clock: This computer's clock, in seconds since the epoch.
        rate_limiter: Limits the requests that carry the key; its own by default.
        timeout_scale: Every time-out is multiplied by it.
    """

    def __init__(
        self,
        base: str,
        key: Secret,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], float] = time.time,
        rate_limiter: RateLimiter | None = None,
        timeout_scale: float = 1.0,
    ) -> None:
        self._transport = HttpTransport(base, key, transport, rate_limiter, timeout_scale)
        self._clock = clock
        self._server_clock = ServerClock()
        self._user_id = ""

    @property
    def clock_skew(self) -> float | None:
        """How far the server's clock is ahead of ours in seconds, as far as its Date headers can be believed; None
        before there was one.
        """
        return self._server_clock.skew

    @property
    def user_id(self) -> str:
        """The ID of the account that the key belongs to; "" before it is known."""
        return self._user_id

    async def create_generation(self, body: Mapping[str, Any]) -> CreatedGeneration:
        """Submit a generation. The request is sent only once and follows no redirects."""
        response = await self._request("POST", "/v2/generations", body, read_timeout=CREATE_TIMEOUT)
        # Checked first: a generation with an ID costs money, whatever else the response says.
        if response.status < 300 and (created := wire.parse_created(responses.json_object(response))):
            return created
        responses.parse(response)
        raise Unanswered("Leonardo accepted the request but didn't say under which ID.", "The app is looking for it.")

    async def get_generation(self, generation: str) -> Generation | None:
        """Return a generation; None if the service doesn't know it."""
        if not is_id(generation):
            return None
        found = wire.parse_generation(responses.parse(await self._request("GET", f"/v1/generations/{generation}")))
        if found and found.id.lower() != generation.lower():  # a cache in between mixed up its answers
            raise Unanswered("Leonardo's response is about another generation.", "This usually passes by itself.")
        return found

    async def list_generations(self, offset: int = 0, limit: int = 50) -> tuple[Generation, ...]:
        """Return a page of the account's generations, newest first as far as we know."""
        user = self._user_id or (await self.get_account()).user
        path = f"/v1/generations/user/{user}?offset={offset}&limit={limit}"
        return wire.parse_generations(responses.parse(await self._request("GET", path)))

    async def delete_generation(self, generation: str) -> None:
        """Delete a generation at the service."""
        await self._delete("generations", generation)

    async def get_image_url(self, image: str) -> str | None:
        """Return the URL of an uploaded image: "" if the service doesn't say, None if it doesn't know the image."""
        if not is_id(image):
            return None
        return wire.parse_image_url(responses.parse(await self._request("GET", f"/v1/init-image/{image}")))

    async def delete_image(self, image: str) -> None:
        """Delete an uploaded image at the service."""
        await self._delete("init-image", image)

    async def upload(self, image: Path, extension: str, progress: Progress | None = None) -> str:
        """Upload an image (png, jpg, jpeg or webp) and return its ID."""
        return await uploads.upload(self._transport, image, extension, progress)

    async def download(self, url: str, to: Path, progress: Progress | None = None) -> None:
        """Download an asset to a file. A partial file is continued if the server supports that."""
        await downloads.download(self._transport, url, to, progress)

    async def get_account(self) -> Account:
        """Return the account that the key belongs to."""
        account = wire.parse_account(responses.parse(await self._request("GET", "/v1/me")))
        self._user_id = account.user
        return account

    async def has_model(self, model_name: str) -> bool:
        """Whether the account may use a model. The service may add words to its name ("… Video Model")."""
        wanted = model_name.casefold().split()
        names = wire.parse_model_names(responses.parse(await self._request("GET", "/v2/models")))
        return any(name.casefold().split()[: len(wanted)] == wanted for name in names)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.aclose()

    async def _delete(self, kind: str, media_id: str) -> None:
        if not is_id(media_id):
            raise RequestRefused("This isn't an ID of Leonardo's, so there is nothing to delete.")
        responses.parse(await self._request("DELETE", f"/v1/{kind}/{media_id}"))

    async def _request(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, read_timeout: float = READ_TIMEOUT
    ) -> Response:
        headers = {"accept": "application/json"}
        if body is not None:
            headers["content-type"] = "application/json"
        content = None if body is None else _as_json(body)
        url = self._transport.url_for(path)
        request = Request(method, url, headers, content, read_timeout, is_api_call=True, deadline=_DEADLINE)
        response = await self._transport.request(request)
        request_id = response.key.redact(response.headers.get("x-request-id", "none")[:100])
        log.info("%s %s: %d, request id %s", method, path, response.status, request_id)
        if date := responses.parse_http_date(response.headers.get("date", "")):
            is_answer = response.status < 400 and bool(responses.json_object(response))
            self._server_clock.record(date.timestamp() - self._clock(), is_answer=is_answer)
        return response


def _as_json(body: Mapping[str, Any]) -> bytes:
    try:
        return json.dumps(body, allow_nan=False).encode()
    except (ValueError, TypeError, RecursionError):
        pass
    raise RequestRefused(
        "The request contains a value that can't be sent, so nothing was sent.",
        "Change it or leave it out.",
        reason=RefusalReason.PARAMETER,
    )
