"""Creating, polling, listing and deleting generations."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response

from kling_desktop.sandbox import views
from kling_desktop.sandbox.bodies import json_body
from kling_desktop.sandbox.catalogue import models
from kling_desktop.sandbox.envelopes import invalid, refused
from kling_desktop.sandbox.rules import problems

if TYPE_CHECKING:
    from starlette.requests import Request

    from kling_desktop.sandbox.world import World

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


class Generations:
    """Return the routes under `/v2/generations` and `/v1/generations`, and the two about the account."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def create(self, request: Request) -> Response:
        world = self._world
        try:
            body = await json_body(request)
        except ValueError:
            return refused(400, "Unexpected token in JSON", "bad-request")
        found = problems(body, world)
        if found:
            return invalid(found)
        if world.faults.strike("no_credit"):
            return refused(400, f"not enough api tokens userId: {world.user}", "bad-request")
        if world.faults.strike("moderation"):
            return refused(403, "content moderation filter: the prompt was refused", "access-denied")
        return JSONResponse(views.accepted(world, world.accept(body)))

    async def poll(self, request: Request) -> Response:
        world, key = self._world, request.path_params["id"]
        if not _UUID.fullmatch(key):
            return not_a_uuid(key)
        made = world.generation(key)
        if made is None or world.passing("null_generation", made.id):
            return JSONResponse({"generations_by_pk": None})
        if made.expired:
            made = replace(made, expired=False, address=made.address + 1)
            world.keep(made)
        return JSONResponse({"generations_by_pk": views.generation(world, made)})

    async def delete(self, request: Request) -> Response:
        world, key = self._world, request.path_params["id"]
        if not _UUID.fullmatch(key):
            return not_a_uuid(key)
        made = world.generation(key)
        if made is None:
            return JSONResponse({"delete_generations_by_pk": None})
        world.drop(made)
        return JSONResponse({"delete_generations_by_pk": {"id": made.id}})

    async def list(self, request: Request) -> Response:
        """Return the user's generations, newest first. The list of another user is empty."""
        world, query = self._world, request.query_params
        try:
            offset, limit = int(query.get("offset", "0")), int(query.get("limit", "10"))
        except ValueError:
            return refused(400, "expected an integer for offset and limit", "validation-failed")
        mine = request.path_params["user"] == world.user
        newest = [made for made in reversed(world.generations.values()) if mine and not made.deleted]
        shown = [made for made in newest if not world.passing("late_list", made.id)]
        part = shown[max(0, offset) : max(0, offset) + max(0, limit)]
        return JSONResponse({"generations": [views.generation(world, made) for made in part]})

    async def models(self, _request: Request) -> Response:
        return JSONResponse(models(with_o1=not self._world.faults.strike("model_missing")))

    async def me(self, _request: Request) -> Response:
        return JSONResponse(views.account(self._world))


def not_a_uuid(key: str) -> Response:
    return refused(400, f'invalid input syntax for type uuid: "{key}"', "bad-request")
