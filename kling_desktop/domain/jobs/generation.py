"""What the service says about a generation, an order and an account."""

from dataclasses import dataclass
from datetime import datetime

from kling_desktop.domain.jobs.job import Cost


@dataclass(frozen=True, slots=True)
class CreatedGeneration:
    """The answer to an order."""

    generation: str
    cost: Cost | None = None


@dataclass(frozen=True, slots=True)
class GeneratedMedia:
    """One result: id is the image ID that edits ask for; poster (JPEG) and video (MP4) are addresses, "" if absent."""

    id: str
    poster: str = ""
    video: str = ""


@dataclass(frozen=True, slots=True)
class Generation:
    """A generation as the service shows it. status is PENDING, COMPLETE, FAILED or a word not known yet.

    created_at is in UTC (the service writes no zone), None if unreadable. width and height in pixels, 0 if absent.
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
        """The usable result; the poster alone is none."""
        return next((media for media in self.media if media.video), None)


@dataclass(frozen=True, slots=True)
class Account:
    """Who the key belongs to. credits: the API balance in the service's own unit, None if it doesn't say.
    slots: how many jobs the service works on at once for it, None if it doesn't say.
    """

    user: str
    name: str = ""
    credits: int | None = None
    concurrent_jobs: int | None = None
