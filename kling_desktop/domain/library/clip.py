"""A clip: a finished job with its file and its review."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done

MAX_RATING = 5


class Flag(StrEnum):
    """The user's pick or reject mark."""

    NONE = ""
    PICK = "pick"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip in the library.

    Attributes:
        job: The finished job. Its ID is the clip's.
        number: The clip's number in long lists on this machine; 0 until it is stored.
        rating: 0 (none) to 5.
        digest: Of the file's content; "" until known.
        is_missing: The file wasn't where it should be.
        trashed_at: When the clip was moved to the trash, in seconds since the epoch.
    """

    job: Job
    number: int = 0
    rating: int = 0
    flag: Flag = Flag.NONE
    notes: str = ""
    tags: tuple[str, ...] = ()
    digest: str = ""
    is_missing: bool = False
    trashed_at: float | None = None

    @property
    def id(self) -> str:
        return self.job.id

    @property
    def created_at(self) -> float:
        """When its job was submitted, so that the clip is listed where its job was."""
        return self.job.created_at

    @property
    def done(self) -> Done:
        assert isinstance(self.job.state, Done)
        return self.job.state

    @property
    def file(self) -> Path:
        return Path(self.done.file)

    @property
    def poster(self) -> str:
        """The path of its poster image; "" without one."""
        return self.done.poster_file
