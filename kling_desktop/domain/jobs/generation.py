"""What the service says about a generation and an account."""

from dataclasses import dataclass
from datetime import datetime

from kling_desktop.domain.jobs.job import Cost


@dataclass(frozen=True, slots=True)
class CreatedGeneration:
    """The service's answer to a request that it accepted: the ID of the generation and its cost."""

    generation: str
    cost: Cost | None = None


@dataclass(frozen=True, slots=True)
class GeneratedMedia:
    """One result. `id` is the image ID that edits ask for; `poster` (JPEG) and `video` (MP4) are URLs, "" if absent."""

    id: str
    poster: str = ""
    video: str = ""


@dataclass(frozen=True, slots=True)
class Generation:
    """A generation as the service lists it.

    Attributes:
        status: PENDING, COMPLETE, FAILED or a word that isn't known yet.
        created_at: In UTC, because the service writes no zone; None if it can't be read.
        width: In pixels, like the height; 0 if absent.
    """

    id: str
    status: str
    created_at: datetime | None = None
    prompt: str = ""
    width: int = 0
    height: int = 0
    seed: int | None = None
    media: tuple[GeneratedMedia, ...] = ()

    @property
    def video(self) -> GeneratedMedia | None:
        """The usable result. A poster without a video doesn't count."""
        return next((media for media in self.media if media.video), None)


@dataclass(frozen=True, slots=True)
class Account:
    """The account that a key belongs to.

    Attributes:
        credits: The API balance in the service's own unit; None if it doesn't say.
        concurrent_jobs: How many jobs the service works on at once; None if it doesn't say.
    """

    user: str
    name: str = ""
    credits: int | None = None
    concurrent_jobs: int | None = None
