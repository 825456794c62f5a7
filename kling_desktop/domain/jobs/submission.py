"""What the user submits with one click, before it becomes jobs."""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.request.draft import Draft, LocalImage, Media
from kling_desktop.domain.request.models import Slot
from kling_desktop.domain.request.request_body import build_body


class TableRowKey(NamedTuple):
    """One take of a table row: the hash of its request, and its number among equal takes of the table."""

    content: str
    number: int


@dataclass(frozen=True, slots=True)
class Submission:
    """A draft to be generated as many times as it asks takes for.

    Attributes:
        preset_name: The name of the preset it came from.
        row_keys: One key per take, if a table row asks for it. Such a take is submitted once and never again.
        force: Submit takes of table rows even if they were submitted before.
        replaces: A job that has ended and is submitted anew. The new job is saved in its folder, as the same take, and
            replaces it in the list. A job that was taken out of the queue to be edited is named by the draft instead.
    """

    draft: Draft
    preset_name: str = ""
    row_keys: tuple[TableRowKey, ...] = ()
    force: bool = False
    replaces: Job | None = None

    @property
    def replaced_id(self) -> str:
        """The ID of the job that it replaces in the queue and as the take of a table row; "" for none."""
        return self.replaces.id if self.replaces else self.draft.replaces


def subset(submissions: Iterable[Submission], takes: Collection[int]) -> list[Submission]:
    """Reduce submissions to some of their takes, counted from 0 across all of them."""
    some, first = list[Submission](), 0
    for one in submissions:
        kept = [number for number in range(one.draft.takes) if first + number in takes]
        first += one.draft.takes
        if kept:
            keys = tuple(one.row_keys[number] for number in kept if number < len(one.row_keys))
            some.append(replace(one, draft=replace(one.draft, takes=len(kept)), row_keys=keys))
    return some


def row_keys(drafts: Iterable[Draft]) -> list[tuple[TableRowKey, ...]]:
    """Return the keys of each table row, one per take. The same rows in another order have the same keys."""
    seen: Counter[str] = Counter()
    keys = []
    for draft in drafts:
        content = _content_of(draft)
        first = seen[content] + 1
        seen[content] += draft.takes
        keys.append(tuple(TableRowKey(content, number) for number in range(first, first + draft.takes)))
    return keys


def _content_of(draft: Draft) -> str:
    """Return the SHA-256 of a request, in which images count by their content if that is known."""
    for slot in Slot:
        draft = draft.with_media(slot, tuple(map(_by_content, draft.used(slot))))
    body = build_body(replace(draft, parked=frozenset()))
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _by_content(media: Media) -> Media:
    return LocalImage(media.sha256 or media.file, fit=media.fit) if isinstance(media, LocalImage) else media
