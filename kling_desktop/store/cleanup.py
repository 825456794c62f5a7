"""Deletes files of the app that nothing refers to any more: copies of images, posters and cached files.

Nothing is deleted that may still be needed: if a place can't be searched for references, everything stays.
"""

import logging
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from kling_desktop.store.files.partial_files import PartialFiles
from kling_desktop.store.folders import Folders

HOUR = 3600.0
DAY = 24 * HOUR
_IMAGE_NAME = re.compile(r"([0-9a-f]{64})\.(?:png|jpg|webp)")
_HASH = re.compile(rb"[0-9a-f]{64}")
_CACHE_SUFFIXES = frozenset({".jpg", ".json", ".mp4", ".part"})

_JOBS_WITH_POSTER = """
    SELECT id FROM jobs
    UNION SELECT parent FROM lineage JOIN clips ON clips.job = child
    UNION SELECT child FROM lineage JOIN clips ON clips.job = parent"""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """How long an unused file stays at most, in seconds, and how many bytes of them may stay that long. min_seconds:
    how long each stays in any case.
    """

    seconds: float
    max_bytes: int
    min_seconds: float = DAY


IMAGES = RetentionPolicy(30 * DAY, 2 * 2**30)
POSTERS = RetentionPolicy(DAY, 0)
FITTED_FRAMES = RetentionPolicy(30 * DAY, 2**30, HOUR)
"""They are made again when they are needed."""
CACHE = RetentionPolicy(90 * DAY, 200 * 2**20, HOUR)


def clean_up(folders: Folders, now: float, image_policy: RetentionPolicy = IMAGES) -> tuple[Path, ...]:
    """Delete unused files that are too old or too many, and return them. Blocking; takes a while if there are many.

    A copy of an image is used if a draft, an undo step, a job, a clip, a preset or the recent media refer to it. Files
    younger than a day stay, since something may be about to refer to them; what can be made again stays for an hour. A
    clip's poster is used as long as the clip, or one that it was made from or led to, is in the library.

    Args:
        folders: Where to look.
        now: Seconds since the epoch.
        image_policy: How long, and how many, unused copies of images stay.
    """
    unused = [copy for copy in _regular_files(folders.media, recursive=False) if _IMAGE_NAME.fullmatch(copy.name)]
    if unused:
        try:
            used = _referenced_hashes(folders)
        except (OSError, sqlite3.Error) as error:
            log.info("copies of images are not cleaned up: %s", error)
            unused = []
        else:
            unused = [copy for copy in unused if copy.name[:64].encode() not in used]
    deleted = [
        *PartialFiles(folders.partial_files).delete_abandoned(),
        *_delete_expired(_unused_posters(folders), POSTERS, now),
        *_delete_expired(unused, image_policy, now),
        *_delete_expired(_regular_files(folders.media / "fitted"), FITTED_FRAMES, now),
        *_delete_expired(
            (file for file in _regular_files(folders.cache) if file.suffix in _CACHE_SUFFIXES), CACHE, now
        ),
    ]
    if deleted:
        log.info("%d unused files are deleted", len(deleted))
    return tuple(deleted)


def _unused_posters(folders: Folders) -> list[Path]:
    """Return the posters that nothing refers to. None while the library is empty: its clips may be imported from
    their folder.
    """
    posters = [file for file in _regular_files(folders.posters, recursive=False) if file.suffix in (".jpg", ".refused")]
    if not posters or not folders.database.exists():
        return []
    try:
        with closing(_open_read_only(folders.database)) as connection:
            used_jobs = {job for (job,) in connection.execute(_JOBS_WITH_POSTER)}
            used_names = {Path(path).name for (path,) in connection.execute("SELECT poster FROM clips")}
    except sqlite3.Error as error:
        log.info("posters are not cleaned up: %s", error)
        return []
    return [file for file in posters if used_names and file.name not in used_names and file.stem not in used_jobs]


def _referenced_hashes(folders: Folders) -> set[bytes]:
    """Return the hashes of all contents that anything refers to."""
    hashes: set[bytes] = set()
    json_files = [file for file in _regular_files(folders.data, recursive=False) if file.suffix == ".json"]
    for file in (*json_files, *_regular_files(folders.drafts), *_regular_files(folders.config)):
        hashes.update(_HASH.findall(file.read_bytes()))
    if folders.database.exists():
        hashes.update(_hashes_in_database(folders.database))
    return hashes


def _hashes_in_database(path: Path) -> Iterator[bytes]:
    with closing(_open_read_only(path)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'")
        for (table,) in tables.fetchall():
            columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
            for column in columns:
                # Most rows refer to no image. They are skipped where it costs least.
                is_long = f'typeof("{column}") = \'text\' AND length("{column}") >= 64'
                for (text,) in connection.execute(f'SELECT "{column}" FROM "{table}" WHERE {is_long}'):
                    yield from _HASH.findall(text.encode("utf-8", "surrogatepass"))


def _open_read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=10)


def _delete_expired(files: Iterable[Path], policy: RetentionPolicy, now: float) -> Iterator[Path]:
    """Delete old files and, beyond the size limit, the oldest ones; yield those deleted."""
    candidates = []
    for file in files:
        try:
            status = file.stat()
        except OSError:  # deleted in the meantime
            continue
        candidates.append((status.st_mtime, status.st_size, file))
    size = sum(size for _, size, _ in candidates)
    for modified, file_size, file in sorted(candidates):
        age = now - modified
        if age > policy.min_seconds and (age > policy.seconds or size > policy.max_bytes):
            try:
                file.unlink()
            except OSError as error:
                log.info("%s can't be deleted: %s", file.name, error)
                continue
            size -= file_size
            yield file


def _regular_files(folder: Path, *, recursive: bool = True) -> list[Path]:
    """Return regular files, no symbolic links."""
    found = folder.rglob("*") if recursive else folder.glob("*")
    return [file for file in found if file.is_file() and not file.is_symlink()]
