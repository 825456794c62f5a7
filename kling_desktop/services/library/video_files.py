"""Which videos lie in the folders of the clips, and which of these folders are there at all. Blocking."""

import os
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

MOST_FILES = 500_000
_VIDEOS = (".mp4", ".m4v")


@dataclass(slots=True)
class VideoFiles:
    """sizes: of the videos, in bytes, by their key. paths: as they are spelled there. gone: folders that aren't there,
    or are bare: what a network drive leaves behind is an empty folder.
    """

    sizes: dict[str, int] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    gone: set[Path] = field(default_factory=set)


def path_key(path: str) -> str:
    """Equal for two spellings of the same file: some systems don't tell case, or write letters in another form."""
    path = os.path.normcase(path)
    return path if path.isascii() else unicodedata.normalize("NFC", path)


def list_videos(folders: Iterable[Path]) -> VideoFiles:
    """All videos in these folders and below. What can't be read is passed over."""
    disk = VideoFiles()
    for folder in _outermost(folders):
        if not folder.is_dir() or _is_bare(folder):
            disk.gone.add(folder)
        else:
            _walk(disk, str(folder))
    return disk


def folder_mtimes(folders: Iterable[Path]) -> dict[str, int]:
    """When each folder last got or lost a file, as a number that changes then; -1 where it isn't there. Cheap."""
    return {str(folder): _changed_at(folder) for folder in folders}


def folders_below(folders: Iterable[Path], most: int = 2000) -> list[Path]:
    """These folders and those in them: what has to be watched."""
    found: list[Path] = []
    for folder in _outermost(folders):
        found.append(folder)
        for place, below, _ in os.walk(folder):
            below[:] = sorted(name for name in below if not name.startswith("."))
            found += [Path(place, name) for name in below]
            if len(found) >= most:
                return found[:most]
    return found


def _walk(disk: VideoFiles, top: str) -> None:
    waiting = [top]
    while waiting and len(disk.paths) < MOST_FILES:
        with suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.name.lower().endswith(_VIDEOS):
                    with suppress(OSError):
                        size = entry.stat().st_size
                        key = path_key(entry.path)
                        disk.sizes[key], disk.paths[key] = size, entry.path
                elif entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)


def _changed_at(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return -1


def _is_bare(folder: Path) -> bool:
    try:
        with os.scandir(folder) as entries:
            return next(entries, None) is None
    except OSError:
        return True


def _outermost(folders: Iterable[Path]) -> list[Path]:
    """Without those that lie in another one of them."""
    kept: list[Path] = []
    for folder in sorted({Path(os.path.abspath(folder)) for folder in folders}):
        if not any(folder.is_relative_to(other) for other in kept):
            kept.append(folder)
    return kept
