"""Serves videos, posters and uploaded images to anyone who has the URL, like a CDN."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, Response

from kling_desktop.sandbox.connection import Truncated
from kling_desktop.sandbox.envelopes import bucket_refused, page
from kling_desktop.sandbox.views import video_name

if TYPE_CHECKING:
    from starlette.requests import Request

    from kling_desktop.sandbox.studio import Studio
    from kling_desktop.sandbox.world import World


class Cdn:
    """Return the routes under `/cdn`. They refuse a bearer token: it must only be sent to the API."""

    def __init__(self, world: World, studio: Studio) -> None:
        self._world = world
        self._studio = studio

    async def video(self, request: Request) -> Response:
        world = self._world
        made = world.generation(request.path_params["id"])
        if "authorization" in request.headers:
            return _denied()
        if made is None or world.of_video(made.video) is None:
            return _missing()
        if made.address == 1 and not made.expired and world.faults.strike("url_expired"):
            made = replace(made, expired=True)
            world.keep(made)
        if made.expired or request.path_params["name"] != video_name(made):
            return _denied()
        if world.faults.strike("wrong_video"):
            return page("Please wait while the video is checked")
        path = await run_in_threadpool(self._studio.video, made)
        if world.faults.strike("truncated"):
            return Truncated(path, media_type="video/mp4")
        return FileResponse(path, media_type="video/mp4")

    async def poster(self, request: Request) -> Response:
        made = self._world.generation(request.path_params["id"])
        if "authorization" in request.headers:
            return _denied()
        shown = made and self._world.status(made) == "COMPLETE" and not {"no_poster", "poster_404"} & set(made.fate)
        if made is None or not shown or request.path_params["name"] != made.video:
            return _missing()
        return FileResponse(await run_in_threadpool(self._studio.poster, made), media_type="image/jpeg")

    async def picture(self, request: Request) -> Response:
        found = self._world.picture(request.path_params["id"])
        if "authorization" in request.headers:
            return _denied()
        if found is None or request.path_params["extension"] != found.extension:
            return _missing()
        path = self._world.picture_file(found)
        return FileResponse(path) if path.is_file() else _missing()


def _denied() -> Response:
    return bucket_refused("AccessDenied", "Access Denied")


def _missing() -> Response:
    return bucket_refused("NoSuchKey", "The specified key does not exist.", 404)
