"""Compare what the library remembers of its files with what is on the disk. Blocking; run it in a thread."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from kling_desktop.domain.library.clip import Clip
from kling_desktop.domain.library.library_check import (
    CheckReport,
    ClipFile,
    Duplicate,
    MovedFile,
    OfflineFolder,
    UnknownVideo,
)
from kling_desktop.media.metadata.digest import content_digest
from kling_desktop.services.library.video_files import VideoFiles, list_videos, path_key

Examine = Callable[[Path], Clip | UnknownVideo]
"""What a video is that the library doesn't know."""


class ScanCancelled(Exception):
    """Nobody wants the answer any more."""


class DiskScan:
    """One look at the disk. files: those of all clips of this computer. folders: where clips may be, beside their own.

    examine: what to do with unknown videos; None passes over them, and over copies. told(done, of): how far it is;
    False from it breaks the look off (Abandoned). most_new: how many files that were never looked at are read now.
    """

    def __init__(
        self,
        files: Sequence[ClipFile],
        folders: Iterable[Path],
        *,
        examine: Examine | None = None,
        progress: Callable[[int, int], bool] = lambda _done, _of: True,
        max_new: int = 1_000_000,
    ) -> None:
        self._files = files
        self._folders = list(folders)
        self._examine = examine
        self._told = progress
        self._most_new = max_new
        self._digests: dict[str, str] = {}
        self._read: dict[str, str] = {}

    def run(self) -> CheckReport:
        disk = list_videos([*self._folders, *clip_folders(self._files)])
        here: dict[str, ClipFile] = {}
        lost: list[ClipFile] = []
        for clip in self._files:
            key = path_key(clip.path)
            if key in disk.paths:
                here[key] = clip
            else:
                lost.append(clip)
        unclaimed = {key: path for key, path in disk.paths.items() if key not in here}
        changed = [clip for key, clip in here.items() if clip.size not in (None, disk.sizes[key])]
        moved = self._moved(lost, unclaimed, disk)
        unlisted, strange, doubles = self._unknown(unclaimed, here, disk, moved)
        gone = [clip for clip in lost if clip.job not in moved]
        # One that the user has given up already is missing wherever it was.
        bare = [(f"{folder}{os.sep}", folder) for folder in disk.gone]
        away = {clip.job: folder for clip in gone if not clip.is_missing and (folder := _gone_folder(clip, bare))}
        self._read_new(here.values())
        present = {clip.job for clip in here.values()}
        mine = [clip for clip in self._files if clip.is_mine]
        counted: dict[Path, int] = defaultdict(int)
        for clip in mine:
            if clip.job in away:
                counted[away[clip.job]] += 1
        return CheckReport(
            ok=sum(clip.is_mine for clip in here.values()) - sum(clip.is_mine for clip in changed),
            moved=tuple(MovedFile(clip, moved[clip.job]) for clip in mine if clip.job in moved),
            missing=tuple(clip for clip in gone if clip.is_mine and clip.job not in away),
            offline=tuple(OfflineFolder(folder, count) for folder, count in sorted(counted.items())),
            found_again=tuple(clip for clip in mine if clip.is_missing and clip.job in present),
            changed=tuple(clip for clip in changed if clip.is_mine),
            usable=tuple(clip for clip in changed if clip.is_mine and self._can_be_shown(clip.file)),
            unregistered=tuple(unlisted),
            unknown=tuple(strange),
            duplicates=tuple(Duplicate(copy, original) for copy, original in doubles),
            digests=self._digests,
        )

    def _moved(self, lost: Sequence[ClipFile], unclaimed: dict[str, str], disk: VideoFiles) -> dict[str, Path]:
        """Where those are now that aren't where they were, by job; found files are unclaimed no more."""
        by_size: dict[int, list[str]] = defaultdict(list)
        for key in unclaimed:
            by_size[disk.sizes[key]].append(key)
        moved: dict[str, Path] = {}
        for clip in lost:
            for key in by_size.get(clip.size or -1, ()):
                if key in unclaimed and self._digest(unclaimed[key]) == clip.digest:
                    moved[clip.job] = Path(unclaimed.pop(key))
                    break
        return moved

    def _read_new(self, here: Iterable[ClipFile]) -> None:
        """What was never read, so that it is found again."""
        wanted = [clip for clip in here if clip.is_mine and not clip.digest]
        for done, clip in enumerate(wanted[: self._most_new]):
            self._tell(done, len(wanted))
            if digest := self._digest(clip.path):
                self._digests[clip.job] = digest

    def _can_be_shown(self, file: Path) -> bool:
        """Another content under a known name is nothing to be trusted: it is looked at as a strange one is."""
        return self._examine is not None and is_playable(self._examine(file))

    def _unknown(
        self, unclaimed: dict[str, str], here: dict[str, ClipFile], disk: VideoFiles, moved: dict[str, Path]
    ) -> tuple[list[Clip], list[UnknownVideo], list[tuple[Path, Path]]]:
        """What no clip's file is. One that says that it is a clip's which has no file has moved, and was changed."""
        unlisted: list[Clip] = []
        strange: list[UnknownVideo] = []
        doubles: list[tuple[Path, Path]] = []
        if self._examine is None:
            return unlisted, strange, doubles
        sizes: dict[int, list[ClipFile]] = defaultdict(list)
        for key, clip in here.items():
            sizes[disk.sizes[key]].append(clip)
        known = {clip.job: clip.file for clip in here.values()} | moved
        lost = {clip.job for clip in self._files} - known.keys()
        for done, (key, text) in enumerate(unclaimed.items()):
            path = Path(text)
            self._tell(done, len(unclaimed))
            same = sizes.get(disk.sizes[key], ())
            if twin := next((clip for clip in same if self._digest(clip.path) == self._digest(text) != ""), None):
                doubles.append((path, twin.file))
                continue
            match self._examine(path):
                case UnknownVideo() as stranger:
                    strange.append(stranger)
                case Clip() as found if found.id in known:
                    doubles.append((path, known[found.id]))
                case Clip() as found:
                    known[found.id] = path
                    if found.id in lost:
                        moved[found.id] = path
                        self._digests[found.id] = self._digest(text)
                    else:
                        unlisted.append(found)
        return unlisted, strange, doubles

    def _digest(self, path: str) -> str:
        """Empty when it can't be read."""
        if path not in self._read:
            try:
                self._read[path] = content_digest(Path(path))
            except OSError:
                self._read[path] = ""
        return self._read[path]

    def _tell(self, done: int, of: int) -> None:
        if not self._told(done, of):
            raise ScanCancelled


def is_playable(seen: Clip | UnknownVideo) -> bool:
    return isinstance(seen, Clip) or seen.is_playable


def clip_folders(files: Iterable[ClipFile]) -> list[Path]:
    """The folders that these lie in, each once."""
    return [Path(folder) for folder in {os.path.dirname(clip.path) for clip in files}]


def _gone_folder(clip: ClipFile, gone: Sequence[tuple[str, Path]]) -> Path | None:
    """The folder that isn't there, where that is why the clip isn't."""
    return next((folder for start, folder in gone if clip.path.startswith(start)), None)
