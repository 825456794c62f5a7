"""Compares what the library knows of its files with what is on the disk. Blocks; run it on a thread."""

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

IdentifyVideo = Callable[[Path], Clip | UnknownVideo]
"""Says what a video is that the library doesn't know."""


class ScanCancelled(Exception):
    """The result isn't wanted any more."""


class DiskScan:
    """One scan."""

    def __init__(
        self,
        files: Sequence[ClipFile],
        folders: Iterable[Path],
        *,
        identify: IdentifyVideo | None = None,
        progress: Callable[[int, int], bool] = lambda _done, _of: True,
        max_new: int = 1_000_000,
    ) -> None:
        """Prepare a scan.

        Args:
            files: Those of all clips on this computer, of any account.
            folders: Where clips may be, besides the folders of the files.
            identify: For unknown videos; None ignores them, and copies too.
            progress: Gets how far the scan is, (done, of), and returns False to cancel it.
            max_new: How many files that were never read are read now.
        """
        self._files = files
        self._folders = list(folders)
        self._identify = identify
        self._progress = progress
        self._max_new = max_new
        self._digests: dict[str, str] = {}
        self._read: dict[str, str] = {}

    def run(self) -> CheckReport:
        """Scan the disk.

        Raises:
            ScanCancelled: `progress` said so.
        """
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
        moved = self._find_moved(lost, unclaimed, disk)
        unregistered, unknown, duplicates = self._identify_unclaimed(unclaimed, here, disk, moved)
        gone = [clip for clip in lost if clip.job not in moved]
        # A clip that is marked as missing stays so, even if its folder is gone too.
        gone_folders = [(f"{folder}{os.sep}", folder) for folder in disk.gone]
        offline = {
            clip.job: folder for clip in gone if not clip.is_missing and (folder := _gone_folder(clip, gone_folders))
        }
        self._digest_new(here.values())
        present = {clip.job for clip in here.values()}
        mine = [clip for clip in self._files if clip.is_mine]
        counted: dict[Path, int] = defaultdict(int)
        for clip in mine:
            if clip.job in offline:
                counted[offline[clip.job]] += 1
        return CheckReport(
            ok=sum(clip.is_mine for clip in here.values()) - sum(clip.is_mine for clip in changed),
            moved=tuple(MovedFile(clip, moved[clip.job]) for clip in mine if clip.job in moved),
            missing=tuple(clip for clip in gone if clip.is_mine and clip.job not in offline),
            offline=tuple(OfflineFolder(folder, count) for folder, count in sorted(counted.items())),
            found_again=tuple(clip for clip in mine if clip.is_missing and clip.job in present),
            changed=tuple(clip for clip in changed if clip.is_mine),
            usable=tuple(clip for clip in changed if clip.is_mine and self._is_playable_now(clip.file)),
            unregistered=tuple(unregistered),
            unknown=tuple(unknown),
            duplicates=tuple(Duplicate(copy, original) for copy, original in duplicates),
            digests=self._digests,
        )

    def _find_moved(self, lost: Sequence[ClipFile], unclaimed: dict[str, str], disk: VideoFiles) -> dict[str, Path]:
        """Find files that were moved, by job, and remove them from the unclaimed ones."""
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

    def _digest_new(self, here: Iterable[ClipFile]) -> None:
        """Read files that were never read, so that they are found again after a move."""
        wanted = [clip for clip in here if clip.is_mine and not clip.digest]
        for done, clip in enumerate(wanted[: self._max_new]):
            self._report(done, len(wanted))
            if digest := self._digest(clip.path):
                self._digests[clip.job] = digest

    def _is_playable_now(self, file: Path) -> bool:
        """New content under a known name can't be trusted: it is inspected like an unknown video."""
        return self._identify is not None and is_playable(self._identify(file))

    def _identify_unclaimed(
        self, unclaimed: dict[str, str], here: dict[str, ClipFile], disk: VideoFiles, moved: dict[str, Path]
    ) -> tuple[list[Clip], list[UnknownVideo], list[tuple[Path, Path]]]:
        """Identify files that belong to no clip. One that names a clip without a file was moved and changed."""
        unregistered: list[Clip] = []
        unknown: list[UnknownVideo] = []
        duplicates: list[tuple[Path, Path]] = []
        if self._identify is None:
            return unregistered, unknown, duplicates
        sizes: dict[int, list[ClipFile]] = defaultdict(list)
        for key, clip in here.items():
            sizes[disk.sizes[key]].append(clip)
        known = {clip.job: clip.file for clip in here.values()} | moved
        lost = {clip.job for clip in self._files} - known.keys()
        for done, (key, text) in enumerate(unclaimed.items()):
            path = Path(text)
            self._report(done, len(unclaimed))
            same = sizes.get(disk.sizes[key], ())
            if twin := next((clip for clip in same if self._digest(clip.path) == self._digest(text) != ""), None):
                duplicates.append((path, twin.file))
                continue
            match self._identify(path):
                case UnknownVideo() as video:
                    unknown.append(video)
                case Clip() as found if found.id in known:
                    duplicates.append((path, known[found.id]))
                case Clip() as found:
                    known[found.id] = path
                    if found.id in lost:
                        moved[found.id] = path
                        self._digests[found.id] = self._digest(text)
                    else:
                        unregistered.append(found)
        return unregistered, unknown, duplicates

    def _digest(self, path: str) -> str:
        """Return a file's digest, "" if it can't be read."""
        if path not in self._read:
            try:
                self._read[path] = content_digest(Path(path))
            except OSError:
                self._read[path] = ""
        return self._read[path]

    def _report(self, done: int, of: int) -> None:
        if not self._progress(done, of):
            raise ScanCancelled


def is_playable(seen: Clip | UnknownVideo) -> bool:
    return isinstance(seen, Clip) or seen.is_playable


def clip_folders(files: Iterable[ClipFile]) -> list[Path]:
    """Return the folders of these files, each once."""
    return [Path(folder) for folder in {os.path.dirname(clip.path) for clip in files}]


def _gone_folder(clip: ClipFile, gone: Sequence[tuple[str, Path]]) -> Path | None:
    """Return the absent folder that a clip's file is in, if that is why it is missing."""
    return next((folder for start, folder in gone if clip.path.startswith(start)), None)
