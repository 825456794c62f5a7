"""A clip: a finished job, and what its user thinks of it."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done

MAX_RATING = 5


class Flag(StrEnum):
    NONE = ""
    PICK = "pick"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Clip:
    """job is done; its ID is the clip's. number is what lists of many call it on this machine, 0 until it is stored.

    rating: 0 (none) to 5. digest: of the file's content, "" until known. missing: the file was not where it should be.
    binned_at: when it went to the bin, seconds since the epoch.
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
        """When it was ordered: it stands where its job stood."""
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
        """The path of its picture; "" without one."""
        return self.done.poster_file
