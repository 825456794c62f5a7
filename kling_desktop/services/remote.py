"""The service as the layers above need it. The API client fits this Protocol; so could any other service."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from kling_desktop.domain.jobs.generation import Account, CreatedGeneration, Generation

PAGE_SIZE = 50
Progress = Callable[[int, int | None], None]
"""Bytes moved so far, and in all where that is known."""
ListPage = Callable[[int, int], Awaitable[tuple[Generation, ...]]]
"""Lists generations from an offset on, at most as many as a limit."""


class Remote(Protocol):
    """Every method may raise Unreachable, Unanswered or RequestRefused (domain/errors.py), and nothing else."""

    @property
    def clock_skew(self) -> float | None:
        """The seconds by which the server's clock is ahead, as far as its dates can be believed; None at first."""

    @property
    def user_id(self) -> str:
        """Whose account it is, by the service's ID; "" until the service has said so."""

    async def create_generation(self, body: Mapping[str, Any]) -> CreatedGeneration:
        """Create a generation: the one call that costs money. It is never repeated in here."""

    async def get_generation(self, generation: str) -> Generation | None:
        """Return a generation; None when the service doesn't know it."""

    async def list_generations(self, offset: int = 0, limit: int = PAGE_SIZE) -> tuple[Generation, ...]:
        """Return a page of the account's generations, newest first as far as is known."""

    async def get_image_url(self, image: str) -> str | None:
        """Return the URL of an uploaded image, "" if none is given; None when the service doesn't know it."""

    async def delete_generation(self, generation: str) -> None: ...

    async def upload(self, image: Path, extension: str, progress: Progress | None = None) -> str:
        """Upload an image (png, jpg, jpeg or webp) and return its ID."""

    async def download(self, url: str, to: Path, progress: Progress | None = None) -> None:
        """Download an asset into exactly this file, continuing with what is there if the server allows it.

        Returns only when the length is as announced.
        """

    async def get_account(self) -> Account: ...

    async def has_model(self, model_name: str) -> bool:
        """Whether the account may use the model of that name."""


async def iter_pages(list_page: ListPage, max_pages: int) -> AsyncIterator[tuple[Generation, ...]]:
    """List the account's generations page by page, each page when it is asked for, up to the first empty one.

    A generation that is created meanwhile moves the rest down, so the next page may begin with ones that were seen.
    """
    offset = 0
    for _ in range(max_pages):
        page = await list_page(offset, PAGE_SIZE)
        if not page:
            return
        yield page
        offset += len(page)
