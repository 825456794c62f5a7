"""The service as an ASGI app."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.routing import Route

from kling_desktop.sandbox.cdn import Cdn
from kling_desktop.sandbox.envelopes import refused
from kling_desktop.sandbox.gate import Endpoint, gated
from kling_desktop.sandbox.generations import Generations
from kling_desktop.sandbox.studio import Studio
from kling_desktop.sandbox.uploads import Uploads
from kling_desktop.sandbox.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from kling_desktop.sandbox.settings import SandboxSettings


def create_app(
    settings: SandboxSettings, *, base: str = "http://sandbox/api/rest", clock: Callable[[], float] = time.time
) -> Starlette:
    """Build the sandbox; its state is `app.state.world`.

    Args:
        settings: Speed, data folder and faults.
        base: Where the API is reached, up to `/v1`. Storage and CDN are next to it on the same host.
        clock: Seconds since 1970.
    """
    world = World(settings, base, clock)
    generations, uploads, cdn = Generations(world), Uploads(world), Cdn(world, Studio(world))

    def route(method: str, path: str, call: str, endpoint: Endpoint) -> Route:
        return Route(path, gated(world, call, endpoint), methods=[method])

    user = "/cdn/users/{user}"
    routes = [
        route("POST", "/api/rest/v2/generations", "create", generations.create),
        route("GET", "/api/rest/v2/models", "models", generations.models),
        route("GET", "/api/rest/v1/generations/user/{user}", "list", generations.list),
        route("GET", "/api/rest/v1/generations/{id}", "poll", generations.poll),
        route("DELETE", "/api/rest/v1/generations/{id}", "delete", generations.delete),
        route("POST", "/api/rest/v1/init-image", "init_image", uploads.prepare),
        route("GET", "/api/rest/v1/init-image/{id}", "image", uploads.show),
        route("DELETE", "/api/rest/v1/init-image/{id}", "delete_image", uploads.delete),
        route("GET", "/api/rest/v1/me", "me", generations.me),
        route("POST", "/bucket/{bucket}", "upload", uploads.receive),
        route("GET", user + "/generations/{id}/{name}.mp4", "video", cdn.video),
        route("GET", user + "/generations/{id}/{name}.jpg", "poster", cdn.poster),
        route("GET", user + "/initImages/{id}.{extension}", "picture", cdn.picture),
    ]
    app = Starlette(routes=routes, exception_handlers={404: _unknown})
    app.state.world = world
    return app


async def _unknown(_request: Request, _error: Exception) -> Response:
    return refused(404, "Endpoint not found", "bad-request")
