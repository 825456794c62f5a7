"""Uploading an image: first a presigned URL, then a form for the storage."""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from PIL import Image, UnidentifiedImageError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from kling_desktop.sandbox import views
from kling_desktop.sandbox.bodies import json_body
from kling_desktop.sandbox.envelopes import bucket_refused, invalid, refused
from kling_desktop.sandbox.records import UploadedImage, new_id

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request

    from kling_desktop.sandbox.world import World

EXTENSIONS = ("png", "jpg", "jpeg", "webp")
LIFE = 120.0
"""Seconds for which an upload's URL works."""


class Uploads:
    """Return the routes under `/v1/init-image`, and the storage."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def prepare(self, request: Request) -> Response:
        world = self._world
        try:
            body = await json_body(request)
        except ValueError:
            return refused(400, "Unexpected token in JSON", "bad-request")
        extension = body.get("extension") if isinstance(body, dict) else None
        if extension not in EXTENSIONS:
            return invalid([f"extension must be one of: {', '.join(EXTENSIONS)}"])
        key = new_id()
        made = UploadedImage(key, extension, world.clock(), _fields(key, extension))
        world.keep(made)
        answer = {
            "id": made.id,
            "url": f"{world.host}/bucket/image-generation-resources",
            "key": made.fields["key"],
            "fields": json.dumps(dict(made.fields)),
        }
        return JSONResponse({"uploadInitImage": answer})

    async def receive(self, request: Request) -> Response:
        """The storage: accepts no key, and wants the fields as given, then the file, before the URL expires."""
        if "authorization" in request.headers:
            return bucket_refused("InvalidArgument", "Only one auth mechanism allowed", 403)
        if self._world.faults.strike("upload_refused"):
            return bucket_refused("AccessDenied", "Access Denied")
        try:
            async with request.form() as form:
                return await self._store(form.multi_items())
        except HTTPException as error:
            return bucket_refused("MalformedPOSTRequest", error.detail, 400)

    async def _store(self, form: list[tuple[str, UploadFile | str]]) -> Response:
        given = {name: value for name, value in form if isinstance(value, str)}
        name, file = form[-1] if form else ("", "")
        if name != "file" or not isinstance(file, UploadFile) or len(given) != len(form) - 1:
            return bucket_refused("AccessDenied", "The file must be the last field of the form")
        made = next((one for one in self._world.pictures.values() if one.fields["key"] == given.get("key")), None)
        if made is None or made.deleted or given != made.fields:
            return bucket_refused("AccessDenied", "Invalid according to Policy: a field is missing or wrong")
        if self._world.clock() - made.created > LIFE:
            return bucket_refused("AccessDenied", "Invalid according to Policy: Policy expired.")
        path = self._world.picture_file(made)
        path.write_bytes(await file.read())
        width, height = await run_in_threadpool(_sides, path)
        self._world.keep(replace(made, width=width, height=height))
        return Response(status_code=204)

    async def show(self, request: Request) -> Response:
        found = self._world.picture(request.path_params["id"])
        return JSONResponse({"init_images_by_pk": found and views.picture(self._world, found)})

    async def delete(self, request: Request) -> Response:
        found = self._world.picture(request.path_params["id"])
        if found is not None:
            self._world.drop(found)
        return JSONResponse({"delete_init_images_by_pk": found and {"id": found.id}})


def _fields(key: str, extension: str) -> dict[str, str]:
    """Return the presigned fields, named like S3's."""
    kind = "jpeg" if extension == "jpg" else extension
    return {
        "Content-Type": f"image/{kind}",
        "bucket": "image-generation-resources",
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": "SANDBOX/20260101/us-east-1/s3/aws4_request",
        "X-Amz-Date": "20260101T000000Z",
        "key": f"uploads/{key}.{extension}",
        "Policy": base64.b64encode(secrets.token_bytes(48)).decode(),
        "X-Amz-Signature": secrets.token_hex(32),
    }


def _sides(path: Path) -> tuple[int, int]:
    """Return width and height of an image, zeros if it can't be read."""
    try:
        with Image.open(path) as image:
            image.load()
            return image.size
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return 0, 0
