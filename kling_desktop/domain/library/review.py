"""The user's review of a clip (rating, flag, notes and tags), and tags as a line of text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from kling_desktop.domain.library.clip import Clip, Flag

MAX_TAG_LENGTH = 40
MAX_TAGS = 40


@dataclass(frozen=True, slots=True)
class Review:
    """A review as it is written to a file beside the clips.

    Attributes:
        job: The clip's job ID. It, `generation` and `digest` each identify the clip.
        path: Where the clip's file is.
    """

    job: str
    generation: str = ""
    digest: str = ""
    path: str = ""
    rating: int = 0
    flag: Flag = Flag.NONE
    notes: str = ""
    tags: tuple[str, ...] = ()

    @property
    def has_content(self) -> bool:
        return bool(self.rating or self.flag or self.notes or self.tags)

    def apply_to(self, clip: Clip) -> Clip:
        """Return the clip with this review."""
        return replace(clip, rating=self.rating, flag=self.flag, notes=self.notes, tags=self.tags)


@dataclass(frozen=True, slots=True)
class NotesEdit:
    """A change to the notes and tags of clips.

    Attributes:
        clips: The library's numbers of the clips.
        notes: Their new notes; None leaves them as they are.
        added_tags: The tags that they get.
        removed_tags: The tags that they lose.
    """

    clips: tuple[int, ...]
    notes: str | None = None
    added_tags: tuple[str, ...] = ()
    removed_tags: tuple[str, ...] = ()

    def apply_to(self, clip: Clip) -> Clip:
        """Return the clip with this change."""
        kept = (tag for tag in clip.tags if tag not in self.removed_tags)
        tags = tuple(dict.fromkeys((*kept, *self.added_tags)))
        return replace(clip, tags=tags, notes=clip.notes if self.notes is None else self.notes)


class TagChanges(NamedTuple):
    """The tags that were added, and those that were removed."""

    added: tuple[str, ...]
    removed: tuple[str, ...]


def parse_tags(line: str) -> tuple[str, ...]:
    """Return the tags in a comma-separated line, each once regardless of case, as first written."""
    found: dict[str, str] = {}
    for part in line.replace("，", ",").replace("、", ",").split(","):
        word = " ".join(part.split())[:MAX_TAG_LENGTH].strip()
        if word:
            found.setdefault(word.casefold(), word)
    return tuple(found.values())[:MAX_TAGS]


def format_tags(tags: Iterable[str]) -> str:
    """Return tags as a comma-separated line."""
    return ", ".join(tags)


def common_tags(tags_of_each: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the tags that all clips have, in the order of the first."""
    if not tags_of_each:
        return ()
    first, *others = tags_of_each
    return tuple(tag for tag in first if all(tag in tags for tags in others))


def changed_tags(before: Sequence[str], now: Sequence[str]) -> TagChanges:
    """Compare tags before and after an edit."""
    added = tuple(tag for tag in now if tag not in before)
    return TagChanges(added, tuple(tag for tag in before if tag not in now))
