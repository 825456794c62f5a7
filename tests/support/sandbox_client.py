"""A client of the sandbox that speaks as the vendor's guide does and knows nothing of the app's own."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PIL import Image

if TYPE_CHECKING:
    import httpx

    from kling_desktop.sandbox.world import World

KEY = "6f1c2d3e-0a1b-1c2d-8e3f-4a5b6c7d8e9f"
API = "http://sandbox/api/rest"


@dataclass
class ManualClock:
    """A clock that goes when a test says so."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class SandboxClient:
    """A client of one sandbox, speaking as the vendor's guide does."""

    world: World
    http: httpx.AsyncClient
    clock: ManualClock
    headers: dict[str, str] = field(default_factory=lambda: {"authorization": f"Bearer {KEY}"})

    async def api(self, method: str, path: str, **kwargs: Any) -> httpx.Response:
        return await self.http.request(method, f"{API}{path}", headers=self.headers, **kwargs)

    async def create(self, body: Any) -> httpx.Response:
        return await self.api("POST", "/v2/generations", json=body)

    async def made(self, body: Any) -> str:
        """The id of an accepted create."""
        answer = (await self.create(body)).json()
        return str(answer["generate"]["generationId"])

    async def poll(self, generation: str) -> Any:
        return (await self.api("GET", f"/v1/generations/{generation}")).json()["generations_by_pk"]

    async def list(self, **query: int) -> list[Any]:
        answer = await self.api("GET", f"/v1/generations/user/{self.world.user}", params=query)
        found: list[Any] = answer.json()["generations"]
        return found

    async def video_of(self, body: Any) -> dict[str, Any]:
        """The image of a generation that was made and is ready."""
        generation = await self.made(body)
        self.clock.now += 60
        image: dict[str, Any] = (await self.poll(generation))["generated_images"][0]
        return image

    async def prepare(self, extension: str = "png") -> dict[str, Any]:
        answer = await self.api("POST", "/v1/init-image", json={"extension": extension})
        prepared: dict[str, Any] = answer.json()["uploadInitImage"]
        return prepared

    async def post_file(self, prepared: dict[str, Any], content: bytes) -> httpx.Response:
        fields = json.loads(prepared["fields"])
        return await self.http.post(prepared["url"], data=fields, files={"file": ("a.png", content)})

    async def upload(self, colour: str = "teal", size: tuple[int, int] = (640, 360)) -> str:
        prepared = await self.prepare()
        await self.post_file(prepared, png(colour, size))
        return str(prepared["id"])


def png(colour: str = "teal", size: tuple[int, int] = (640, 360)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    return file.getvalue()


def create_body(guidances: dict[str, Any] | None = None, **parameters: Any) -> dict[str, Any]:
    body = {"prompt": "The woman plays with the cat", "duration": 5, "width": 1080, "height": 1920, **parameters}
    if guidances is not None:
        body["guidances"] = guidances
    return {"model": "kling-video-o-1", "public": False, "parameters": body}


def image(key: str, kind: str = "UPLOADED") -> dict[str, Any]:
    return {"image": {"id": key, "type": kind}}


def video(key: str, kind: str = "GENERATED") -> dict[str, Any]:
    return {"video": {"id": key, "type": kind}}


def messages(answer: httpx.Response) -> list[str]:
    """What an error array complains about."""
    assert answer.status_code == 200
    [error] = answer.json()
    assert error["extensions"]["statusCode"] == 400
    return [one["message"] for one in error["extensions"]["details"]["errors"]]
