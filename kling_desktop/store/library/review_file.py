"""Ratings, marks, notes and tags in a readable file beside the clips: they come back when the database is gone.

The clips' own files aren't touched for it: their content is what they are known by. A line a clip, so that one that is
damaged costs itself alone; what this version can't read, and what is of clips that nobody here knows, is kept.
"""

import json
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


def read_reviews(folder: Path) -> tuple[Review, ...]:
    """What is told of the clips there; nothing where it can't be read."""
    try:
        return tuple(judged for line in _lines(folder) if (judged := _from_line(line)))
    except OSError:
        return ()


def write_reviews(
    folder: Path, reviews: Sequence[Review], known_jobs: Callable[[Iterable[str]], frozenset[str]]
) -> bool:
    """Tell these, and whatever is told there already of clips that aren't known; whether anything had to be written.

    known(jobs): which of these the library has. A folder that isn't there isn't made. OSError where it can't be
    written.
    """
    if not folder.is_dir():
        return False
    before = _lines(folder)
    told = {line: one.job for line in before if (one := _from_line(line))}
    ours = known_jobs(told.values())
    lines = [line for line in before if told.get(line) not in ours and not _is_header(line)]
    lines += [_to_line(one) for one in sorted(reviews, key=lambda one: one.path)]
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
    """What is told in some folders, read when it is first asked for. folders: besides a clip's own."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._folders = tuple(folders)
        self._read: dict[Path, dict[str, Review]] = {}

    def apply_to(self, clip: Clip) -> Clip:
        """The clip with what is thought of it, as far as that is told. Blocking."""
        for folder in dict.fromkeys((clip.file.parent, *self._folders)):
            told = self._reviews_in(folder)
            for key in (clip.id, clip.job.generation, clip.digest):
                if key and (judged := told.get(key)):
                    return judged.apply_to(clip)
        return clip

    def _reviews_in(self, folder: Path) -> dict[str, Review]:
        if folder not in self._read:
            found = read_reviews(folder)
            by_content = {one.digest: one for one in found}
            by_generation = {one.generation: one for one in found}
            self._read[folder] = by_content | by_generation | {one.job: one for one in found}
        return self._read[folder]


def _lines(folder: Path) -> list[str]:
    path = folder / FILE_NAME
    try:
        if path.stat().st_size > _MAX_FILE_BYTES:
            raise OSError(f"{path} is too large to be what it is called.")
        with path.open(encoding="utf-8", errors="surrogateescape") as file:
            return [stripped for line in file if (stripped := line.strip())]
    except FileNotFoundError:
        return []


def _to_line(one: Review) -> str:
    told = {
        "job": one.job,
        "generation": one.generation,
        "digest": one.digest,
        "file": Path(one.path).name,
        "rating": one.rating,
        "flag": one.flag.value,
        "notes": one.notes,
        "tags": list(one.tags),
    }
    return json.dumps({name: value for name, value in told.items() if value}, ensure_ascii=False)


def _from_line(line: str) -> Review | None:
    told = _object(line)
    job, rating, flag, tags = told.get("job"), told.get("rating", 0), told.get("flag", ""), told.get("tags", [])
    is_whole = isinstance(job, str) and job and type(rating) is int and 0 <= rating <= MAX_RATING and flag in list(Flag)
    if not is_whole or not isinstance(tags, list):
        return None
    judged = Review(
        str(job),
        _text(told, "generation"),
        _text(told, "digest"),
        _text(told, "file"),
        rating,
        Flag(flag),
        _text(told, "notes"),
        tuple(tag for tag in tags if isinstance(tag, str))[:_MAX_TAGS],
    )
    return judged if judged.has_content else None


def _object(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _is_header(line: str) -> bool:
    told = _object(line)
    return "job" not in told and told.get("app") == _HEADER["app"]


def _text(told: dict[str, Any], name: str) -> str:
    value = told.get(name, "")
    return value[:_MAX_TEXT] if isinstance(value, str) else ""
