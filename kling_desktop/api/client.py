"""The service, one method a question. It fits the work layer's `Remote` by its shape."""

import json
import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx

from kling_desktop.api import downloads, responses, uploads, wire
from kling_desktop.api.rate_limiter import RateLimiter
from kling_desktop.api.transport import CREATE_TIMEOUT, HttpTransport, Request, Response
from kling_desktop.domain.errors import RequestRefused, Unanswered
from kling_desktop.domain.jobs.generation import Account, CreatedGeneration, Generation
from kling_desktop.domain.request.media_ids import is_id
from kling_desktop.domain.secret import Secret

log = logging.getLogger(__name__)

Progress = Callable[[int, int | None], None]

_DEADLINE = 120.0


class Client:
    """Speaks for one key with one API. base ends before `/v1` (addresses.check_base).

    transport stands in for the network, clock (seconds since the epoch) for this computer's. Every time-out is
    multiplied by patience.
    Every method raises Unreachable, Unanswered or RequestRefused, and nothing else.
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
        self._clock_skew: float | None = None
        self._user_id = ""

    @property
    def clock_skew(self) -> float | None:
        """The server's clock less ours in seconds, from the newest Date header; None until one was seen."""
        return self._clock_skew

    @property
    def user_id(self) -> str:
        """Whose account the key is for, by the service's ID; "" until it was told."""
        return self._user_id

    async def create_generation(self, body: Mapping[str, Any]) -> CreatedGeneration:
        """Order a generation. It is sent once and follows no redirect."""
        answer = await self._request("POST", "/v2/generations", body, timeout=CREATE_TIMEOUT)
        # Before anything else: an ID was paid for, whatever stands beside it.
        if answer.status < 300 and (accepted := wire.parse_created(responses.json_object(answer))):
            return accepted
        responses.parse(answer)
        raise Unanswered("The service took the request without naming the generation.", "It is looked for by itself.")

    async def get_generation(self, generation: str) -> Generation | None:
        """One generation; None when the service doesn't know it."""
        if not is_id(generation):
            return None
        return wire.parse_generation(responses.parse(await self._request("GET", f"/v1/generations/{generation}")))

    async def list_generations(self, offset: int = 0, limit: int = 50) -> tuple[Generation, ...]:
        """A page of the account's generations, newest first as far as is known."""
        user = self._user_id or (await self.get_account()).user
        path = f"/v1/generations/user/{user}?offset={offset}&limit={limit}"
        return wire.parse_generations(responses.parse(await self._request("GET", path)))

    async def delete_generation(self, generation: str) -> None:
        """Delete a generation at the service."""
        await self._delete("generations", generation)

    async def get_image_url(self, image: str) -> str | None:
        """The address of a picture that the account uploaded, "" if none is told; None when it isn't known."""
        if not is_id(image):
            return None
        return wire.parse_image_url(responses.parse(await self._request("GET", f"/v1/init-image/{image}")))

    async def delete_image(self, image: str) -> None:
        """Delete an uploaded picture at the service."""
        await self._delete("init-image", image)

    async def upload(self, image: Path, extension: str, progress: Progress | None = None) -> str:
        """Upload a picture (png, jpg, jpeg or webp) and return its image ID."""
        return await uploads.upload(self._transport, image, extension, progress)

    async def download(self, url: str, to: Path, progress: Progress | None = None) -> None:
        """Fetch an asset into exactly this file, going on with what is already there if the server allows it."""
        await downloads.download(self._transport, url, to, progress)

    async def get_account(self) -> Account:
        account = wire.parse_account(responses.parse(await self._request("GET", "/v1/me")))
        self._user_id = account.user
        return account

    async def has_model(self, model_name: str) -> bool:
        """Whether the account may use the model of that name; the service may add words to it ("… Video Model")."""
        wanted = model_name.casefold().split()
        names = wire.parse_model_names(responses.parse(await self._request("GET", "/v2/models")))
        return any(name.casefold().split()[: len(wanted)] == wanted for name in names)

    async def aclose(self) -> None:
        await self._transport.aclose()

    async def _delete(self, kind: str, identity: str) -> None:
        if not is_id(identity):
            raise RequestRefused("This is no ID of the service's, so there is nothing to delete.")
        responses.parse(await self._request("DELETE", f"/v1/{kind}/{identity}"))

    async def _request(self, method: str, path: str, body: Mapping[str, Any] | None = None, **how: Any) -> Response:
        headers = {"accept": "application/json"}
        if body is not None:
            headers["content-type"] = "application/json"
        content = None if body is None else json.dumps(body).encode()
        asking = Request(
            method, self._transport.url_for(path), headers, content, is_api_call=True, deadline=_DEADLINE, **how
        )
        answer = await self._transport.request(asking)
        log.info(
            "%s %s: %d, request id %s", method, path, answer.status, answer.headers.get("x-request-id", "none")[:100]
        )
        date = responses.parse_http_date(answer.headers.get("date", ""))
        if date and not responses.is_html(answer):  # the clock of a sign-in page is nobody's
            self._clock_skew = date.timestamp() - self._clock()
        return answer
