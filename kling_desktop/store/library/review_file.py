"""Stores ratings, flags, notes and tags in a readable file next to the clips, from which they are restored if the
database is lost.

The clips' own files aren't touched, since they are identified by their content. Each clip has a line of its own, so
that a damaged line loses only one review. Lines that this version can't read, or about unknown clips, are kept.
"""

import json
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from kling_desktop.atomic_file import write_atomic
from kling_desktop.domain.library.clip import MAX_RATING, Clip, Flag
from kling_desktop.domain.library.review import Review

FILE_NAME = "Kling Desktop ratings.jsonl"
_HEADER = {"app": "Kling Desktop", "what": "ratings, marks, notes and tags of the clips in this folder", "version": 1}
_MAX_FILE_BYTES = 64 * 2**20
_MAX_TEXT = 10_000
_MAX_TAGS = 100
_LOCK = threading.Lock()
"""Held while a file is read and written again."""


def read_reviews(folder: Path) -> tuple[Review, ...]:
    """Return the reviews in a folder; none if they can't be read."""
    try:
        return tuple(review for line in read_lines(folder) if (review := _from_line(line)))
    except OSError:
        return ()


def write_reviews(
    folder: Path, reviews: Sequence[Review], known_jobs: Callable[[Iterable[str]], frozenset[str]]
) -> bool:
    """Write reviews, and keep the lines about clips that aren't known here.

    Args:
        folder: Not created if it doesn't exist.
        reviews: What to write.
        known_jobs: Returns which of some jobs the library has.

    Returns:
        Whether the file had to be written.

    Raises:
        OSError: The file can't be written.
    """
    if not folder.is_dir():
        return False

    def replace_known(before: list[str]) -> list[str]:
        jobs = {line: review.job for line in before if (review := _from_line(line))}
        known = known_jobs(jobs.values())
        lines = [line for line in before if jobs.get(line) not in known and not _is_header(line)]
        return lines + [_to_line(review) for review in sorted(reviews, key=lambda review: review.path)]

    return rewrite_lines(folder, replace_known)


def rewrite_lines(folder: Path, change: Callable[[list[str]], list[str]]) -> bool:
    """Change the lines of the file in a folder, under one header. Without any lines, there is no file.

    Returns:
        Whether the file had to be written.

    Raises:
        OSError: The file can't be read or written.
    """
    with _LOCK:
        before = read_lines(folder)
        lines = [line for line in change(before) if not _is_header(line)]
        if lines:
            lines.insert(0, json.dumps(_HEADER))
        if lines == before:
            return False
        if lines:
            write_atomic(folder / FILE_NAME, ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape"))
        else:
            (folder / FILE_NAME).unlink(missing_ok=True)
        return True


class ReviewFiles:
    """The reviews in several folders, read when they are first needed. folders: besides a clip's own."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._folders = tuple(folders)
        self._cache: dict[Path, dict[str, Review]] = {}

    def apply_to(self, clip: Clip) -> Clip:
        """Return the clip with its review, if there is one. Blocking."""
        for folder in dict.fromkeys((clip.file.parent, *self._folders)):
            reviews = self._reviews_in(folder)
            for key in (clip.id, clip.job.generation, clip.digest):
                if key and (review := reviews.get(key)):
                    return review.apply_to(clip)
        return clip

    @property
    def folders(self) -> tuple[Path, ...]:
        return self._folders

    def _reviews_in(self, folder: Path) -> dict[str, Review]:
        if folder not in self._cache:
            reviews = read_reviews(folder)
            by_content = {review.digest: review for review in reviews}
            by_generation = {review.generation: review for review in reviews}
            self._cache[folder] = by_content | by_generation | {review.job: review for review in reviews}
        return self._cache[folder]


def read_lines(folder: Path) -> list[str]:
    """Return the lines of the file in a folder; none if there is no file. Raises OSError."""
    path = folder / FILE_NAME
    try:
        if path.stat().st_size > _MAX_FILE_BYTES:
            raise OSError(f"{path} is too large to be a file of ratings.")
        with path.open(encoding="utf-8", errors="surrogateescape") as file:
            return [stripped for line in file if (stripped := line.strip())]
    except FileNotFoundError:
        return []


def _to_line(review: Review) -> str:
    values = {
        "job": review.job,
        "generation": review.generation,
        "digest": review.digest,
        "file": Path(review.path).name,
        "rating": review.rating,
        "flag": review.flag.value,
        "notes": review.notes,
        "tags": list(review.tags),
    }
    return json.dumps({name: value for name, value in values.items() if value}, ensure_ascii=False)


def _from_line(line: str) -> Review | None:
    values = parse_line(line)
    job, rating, flag, tags = values.get("job"), values.get("rating", 0), values.get("flag", ""), values.get("tags", [])
    is_valid = isinstance(job, str) and job and type(rating) is int and 0 <= rating <= MAX_RATING and flag in list(Flag)
    if not is_valid or not isinstance(tags, list):
        return None
    review = Review(
        str(job),
        _text(values, "generation"),
        _text(values, "digest"),
        _text(values, "file"),
        rating,
        Flag(flag),
        _text(values, "notes"),
        tuple(tag for tag in tags if isinstance(tag, str))[:_MAX_TAGS],
    )
    return review if review.has_content else None


def parse_line(line: str) -> dict[str, Any]:
    """Return what a line holds; nothing if it is damaged."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _is_header(line: str) -> bool:
    values = parse_line(line)
    return "job" not in values and values.get("app") == _HEADER["app"]


def _text(values: dict[str, Any], name: str) -> str:
    value = values.get(name, "")
    return value[:_MAX_TEXT] if isinstance(value, str) else ""
