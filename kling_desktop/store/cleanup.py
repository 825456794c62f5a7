"""What the app keeps beside the user's work and nothing refers to any more: copies of pictures, and a cache that grows.

Nothing is removed that might still be wanted: whatever can't be looked through keeps everything.
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

DAY = 24 * 3600.0
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
    """Seconds that something unwanted stays, and the bytes of it that may stay so long."""

    seconds: float
    max_bytes: int


IMAGES = RetentionPolicy(30 * DAY, 2 * 2**30)
POSTERS = RetentionPolicy(DAY, 0)
FITTED_FRAMES = RetentionPolicy(30 * DAY, 2**30)
CACHE = RetentionPolicy(90 * DAY, 200 * 2**20)


def clean_up(folders: Folders, now: float, image_policy: RetentionPolicy = IMAGES) -> tuple[Path, ...]:
    """Remove what is too old or too much, and say what that was. Blocking, and takes a while where there is much.

    A copy is wanted by a draft, a step of undo, a job or clip, a preset, or as a recent picture. What is younger than
    a day stays: it may be on its way into one of them. copies: how long, and how many, the unwanted ones stay. A clip's
    poster is wanted for as long as the clip, or one that it led to or that it was made from, is in the library.
    """
    unwanted = [copy for copy in _regular_files(folders.media, recursive=False) if _IMAGE_NAME.fullmatch(copy.name)]
    if unwanted:
        try:
            wanted = _referenced_hashes(folders)
        except (OSError, sqlite3.Error) as error:
            log.info("copies of pictures are not cleared: %s", error)
            unwanted = []
        else:
            unwanted = [copy for copy in unwanted if copy.name[:64].encode() not in wanted]
    gone = [
        *PartialFiles(folders.partial_files).delete_abandoned(),
        *_delete_expired(_unused_posters(folders), POSTERS, now),
        *_delete_expired(unwanted, image_policy, now),
        *_delete_expired(_regular_files(folders.media / "fitted"), FITTED_FRAMES, now),
        *_delete_expired(
            (file for file in _regular_files(folders.cache) if file.suffix in _CACHE_SUFFIXES), CACHE, now
        ),
    ]
    if gone:
        log.info("%d files that nothing refers to any more are cleared", len(gone))
    return tuple(gone)


def _unused_posters(folders: Folders) -> list[Path]:
    """None at all while the library is empty: its clips may still be in their folder, to be brought back."""
    posters = [file for file in _regular_files(folders.posters, recursive=False) if file.suffix == ".jpg"]
    if not posters or not folders.database.exists():
        return []
    try:
        with closing(_open_read_only(folders.database)) as connection:
            wanted = {job for (job,) in connection.execute(_JOBS_WITH_POSTER)}
            named = {Path(path).name for (path,) in connection.execute("SELECT poster FROM clips")}
    except sqlite3.Error as error:
        log.info("posters are not cleared: %s", error)
        return []
    return [file for file in posters if named and file.name not in named and file.stem not in wanted]


def _referenced_hashes(folders: Folders) -> set[bytes]:
    """Every content that anything kept names, by its hash."""
    named: set[bytes] = set()
    beside = [file for file in _regular_files(folders.data, recursive=False) if file.suffix == ".json"]
    for file in (*beside, *_regular_files(folders.drafts), *_regular_files(folders.config)):
        named.update(_HASH.findall(file.read_bytes()))
    if folders.database.exists():
        named.update(_hashes_in_database(folders.database))
    return named


def _hashes_in_database(path: Path) -> Iterator[bytes]:
    with closing(_open_read_only(path)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'")
        for (table,) in tables.fetchall():
            columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
            for column in columns:
                # By far most rows name no picture: they are passed over where that costs least.
                long = f'typeof("{column}") = \'text\' AND length("{column}") >= 64'
                for (text,) in connection.execute(f'SELECT "{column}" FROM "{table}" WHERE {long}'):
                    yield from _HASH.findall(text.encode("utf-8", "surrogatepass"))


def _open_read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=10)


def _delete_expired(files: Iterable[Path], policy: RetentionPolicy, now: float) -> Iterator[Path]:
    """Those that are gone: the old ones, and beyond what may stay the oldest."""
    known = []
    for file in files:
        try:
            status = file.stat()
        except OSError:  # gone already
            continue
        known.append((status.st_mtime, status.st_size, file))
    size = sum(size for _, size, _ in known)
    for changed, bytes_, file in sorted(known):
        age = now - changed
        if age > DAY and (age > policy.seconds or size > policy.max_bytes):
            try:
                file.unlink()
            except OSError as error:
                log.info("%s can't be cleared: %s", file.name, error)
                continue
            size -= bytes_
            yield file


def _regular_files(folder: Path, *, recursive: bool = True) -> list[Path]:
    """Plain files; a link is none, whatever it leads to."""
    found = folder.rglob("*") if recursive else folder.glob("*")
    return [file for file in found if file.is_file() and not file.is_symlink()]
