"""Where the files of clips are: what the library remembers, and what a check of the disk found."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from kling_desktop.domain.library.clip import Clip


@dataclass(frozen=True, slots=True)
class ClipFile:
    """A clip's file as the library remembers it.

    Attributes:
        job: The clip's job ID.
        path: Where it is. A str, because there may be a hundred thousand.
        digest: As `digest_of` returns it; "" while unknown.
        is_mine: It belongs to the account that is shown.
    """

    job: str
    path: str
    digest: str = ""
    is_missing: bool = False
    is_mine: bool = True

    @property
    def file(self) -> Path:
        return Path(self.path)

    @property
    def size(self) -> int | None:
        """The size in bytes; None while unknown."""
        size = self.digest.partition("-")[0]
        return int(size) if size.isdigit() else None


@dataclass(frozen=True, slots=True)
class UnknownVideo:
    """A video in the clips folder that the app didn't make.

    Attributes:
        description: Its size and length, or why it can't be played.
    """

    file: Path
    description: str
    is_playable: bool = False


class MovedFile(NamedTuple):
    """A clip, and where its file is now."""

    clip: ClipFile
    file: Path


class OfflineFolder(NamedTuple):
    """A folder that doesn't exist, and how many clips should be in it."""

    folder: Path
    clips: int


class Duplicate(NamedTuple):
    """A copy of a clip, and the clip's own file."""

    copy: Path
    original: Path


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check of the disk found.

    Attributes:
        ok: How many clips are where they should be.
        moved: Clips whose file is elsewhere now.
        missing: Clips whose file is nowhere, though its folder exists.
        offline: Folders that don't exist, perhaps because a drive isn't connected.
        found_again: Clips that were missing and are back.
        changed: Clips whose content has changed.
        usable: Those of the changed clips that can be played as they are.
        unregistered: Clips of the app that the library doesn't know.
        unknown: Other videos.
        duplicates: Copies of clips.
        digests: The digests of files that were hashed, by job ID.
    """

    ok: int = 0
    moved: tuple[MovedFile, ...] = ()
    missing: tuple[ClipFile, ...] = ()
    offline: tuple[OfflineFolder, ...] = ()
    found_again: tuple[ClipFile, ...] = ()
    changed: tuple[ClipFile, ...] = ()
    usable: tuple[ClipFile, ...] = ()
    unregistered: tuple[Clip, ...] = ()
    unknown: tuple[UnknownVideo, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    digests: dict[str, str] = field(default_factory=dict)

    @property
    def newly_missing(self) -> tuple[ClipFile, ...]:
        return tuple(clip for clip in self.missing if not clip.is_missing)
