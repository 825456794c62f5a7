"""Lists the videos in the folders of clips, and the folders that are gone. Blocks; run it on a thread."""

import os
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

MAX_FILES = 500_000
_VIDEO_SUFFIXES = (".mp4", ".m4v")


@dataclass(slots=True)
class VideoFiles:
    """What was found.

    Attributes:
        sizes: Of the videos in bytes, by key.
        paths: Of the videos as they are spelled on disk, by key.
        gone: Folders that don't exist or are empty: an empty folder is what a network drive leaves behind.
    """

    sizes: dict[str, int] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    gone: set[Path] = field(default_factory=set)


def path_key(path: str) -> str:
    """Return a key that is equal for two spellings of the same file, on systems that ignore case or Unicode form."""
    path = os.path.normcase(path)
    return path if path.isascii() else unicodedata.normalize("NFC", path)


def list_videos(folders: Iterable[Path]) -> VideoFiles:
    """List all videos in these folders and below. What can't be read is skipped."""
    videos = VideoFiles()
    for folder in _outermost(folders):
        if not folder.is_dir() or _is_empty(folder):
            videos.gone.add(folder)
        else:
            _walk(videos, str(folder))
    return videos


def folder_mtimes(folders: Iterable[Path]) -> dict[str, int]:
    """Return for each folder a number that changes when it gets or loses a file; -1 if it doesn't exist. Cheap."""
    return {str(folder): _mtime(folder) for folder in folders}


def folders_below(folders: Iterable[Path], most: int = 2000) -> list[Path]:
    """Return these folders and those in them, at most that many: what has to be watched."""
    found: list[Path] = []
    for folder in _outermost(folders):
        found.append(folder)
        for place, below, _ in os.walk(folder):
            below[:] = sorted(name for name in below if not name.startswith("."))
            found += [Path(place, name) for name in below]
            if len(found) >= most:
                return found[:most]
    return found


def _walk(videos: VideoFiles, top: str) -> None:
    pending = [top]
    while pending and len(videos.paths) < MAX_FILES:
        with suppress(OSError), os.scandir(pending.pop()) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.name.lower().endswith(_VIDEO_SUFFIXES):
                    with suppress(OSError):
                        size = entry.stat().st_size
                        key = path_key(entry.path)
                        videos.sizes[key], videos.paths[key] = size, entry.path
                elif entry.is_dir(follow_symlinks=False):
                    pending.append(entry.path)


def _mtime(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return -1


def _is_empty(folder: Path) -> bool:
    try:
        with os.scandir(folder) as entries:
            return next(entries, None) is None
    except OSError:
        return True


def _outermost(folders: Iterable[Path]) -> list[Path]:
    """Drop the folders that are in another one of them."""
    outermost: list[Path] = []
    for folder in sorted({Path(os.path.abspath(folder)) for folder in folders}):
        if not any(folder.is_relative_to(other) for other in outermost):
            outermost.append(folder)
    return outermost
