"""Where the file of a clip is: what the library remembers of it, and what a look at the disk says."""

from dataclasses import dataclass, field
from pathlib import Path

from kling_desktop.domain.library.clip import Clip


@dataclass(frozen=True, slots=True)
class ClipFile:
    """The file of a clip as the library remembers it. path: where it is, a text since there may be a hundred thousand.

    job: its clip's ID. digest: as digest_of() gives it, "" while unknown. is_mine: whether it belongs to the account
    that is shown.
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
        """In bytes; None while unknown."""
        size = self.digest.partition("-")[0]
        return int(size) if size.isdigit() else None


@dataclass(frozen=True, slots=True)
class UnknownVideo:
    """A video among the clips that the app did not make. what: its size and length, or why it can't be shown."""

    file: Path
    description: str
    is_playable: bool = False


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a look at the disk found.

    whole: how many clips are where they should be. moved: with where each is now. missing: those that are nowhere,
    though their folder is there. away: (folder, how many clips) of folders that aren't there: on a drive that isn't
    connected, perhaps. back: those taken to be missing that are there again. changed: whose content is another than
    what was kept, usable: those of them that can be shown as they are now. unlisted: clips of the app that the library
    doesn't know. strange: other videos. doubles: copies of clips, with the clip's own file. digests: by job, of those
    that were looked at for the first time, or again.
    """

    ok: int = 0
    moved: tuple[tuple[ClipFile, Path], ...] = ()
    missing: tuple[ClipFile, ...] = ()
    offline: tuple[tuple[Path, int], ...] = ()
    found_again: tuple[ClipFile, ...] = ()
    changed: tuple[ClipFile, ...] = ()
    usable: tuple[ClipFile, ...] = ()
    unregistered: tuple[Clip, ...] = ()
    unknown: tuple[UnknownVideo, ...] = ()
    duplicates: tuple[tuple[Path, Path], ...] = ()
    digests: dict[str, str] = field(default_factory=dict)

    @property
    def newly_missing(self) -> tuple[ClipFile, ...]:
        return tuple(clip for clip in self.missing if not clip.is_missing)
