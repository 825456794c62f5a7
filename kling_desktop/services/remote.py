"""The service as the work layer needs it. The API client fits this Protocol; so could any other far side."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from kling_desktop.domain.jobs.generation import Account, CreatedGeneration, Generation

Progress = Callable[[int, int | None], None]
"""Bytes moved so far, and in all where that is known."""


class Remote(Protocol):
    """Every method may raise Unreachable, Unanswered or RequestRefused (domain/errors.py), and nothing else."""

    @property
    def clock_skew(self) -> float | None:
        """The server's clock less ours in seconds, from the newest Date header; None until one was seen."""

    @property
    def user_id(self) -> str:
        """Whose account it is, by the service's ID; "" until it was told."""

    async def create_generation(self, body: Mapping[str, Any]) -> CreatedGeneration:
        """Order a generation: the one call that costs money, and is never repeated in here."""

    async def get_generation(self, generation: str) -> Generation | None:
        """One generation; None when the service doesn't know it."""

    async def list_generations(self, offset: int = 0, limit: int = 50) -> tuple[Generation, ...]:
        """A page of the account's generations, newest first as far as is known."""

    async def get_image_url(self, image: str) -> str | None:
        """The address of an uploaded picture, "" if none is told; None when the service doesn't know it."""

    async def delete_generation(self, generation: str) -> None: ...

    async def upload(self, image: Path, extension: str, progress: Progress | None = None) -> str:
        """Upload a picture (png, jpg, jpeg or webp) and return its image ID."""

    async def download(self, url: str, to: Path, progress: Progress | None = None) -> None:
        """Fetch an asset into exactly this file, going on with what is already there if the server allows it.

        Returns only when the length is as announced.
        """

    async def get_account(self) -> Account: ...

    async def has_model(self, model_name: str) -> bool:
        """Whether the account may use the model of that name."""
