"""What somebody asks for at once, before it becomes jobs."""

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
    """A take that a row of a table asks for: by what it asks for, and which of the equal ones in its table it is."""

    content: str
    number: int


@dataclass(frozen=True, slots=True)
class Submission:
    """A draft to be made as many times as it asks takes for. preset_name: what the preset it came from is called.

    keys: one for each take, where a row of a table asks for it: such a take is ordered once and never again, unless
    `again` says that the user wants it once more.

    instead_of: an ended job that it is ordered anew for. The new one goes where that was to go, as the take that it
    was, and takes its place on the list. One that was taken out of the queue to be edited is told by the draft.
    """

    draft: Draft
    preset_name: str = ""
    row_keys: tuple[TableRowKey, ...] = ()
    force: bool = False
    replaces: Job | None = None

    @property
    def replaced_id(self) -> str:
        """The ID of the job whose place it takes, in line and for the row of a table; "" where it takes none."""
        return self.replaces.id if self.replaces else self.draft.replaces


def subset(submissions: Iterable[Submission], takes: Collection[int]) -> list[Submission]:
    """The orders cut down to these of their takes, counted from 0 through all of them."""
    some, first = list[Submission](), 0
    for order in submissions:
        kept = [number for number in range(order.draft.takes) if first + number in takes]
        first += order.draft.takes
        if kept:
            keys = tuple(order.row_keys[number] for number in kept if number < len(order.row_keys))
            some.append(replace(order, draft=replace(order.draft, takes=len(kept)), row_keys=keys))
    return some


def row_keys(drafts: Iterable[Draft]) -> list[tuple[TableRowKey, ...]]:
    """The keys of each row of a table, one for each take. The same rows in another order have the same keys."""
    seen: Counter[str] = Counter()
    keys = []
    for draft in drafts:
        content = _content_of(draft)
        first = seen[content] + 1
        seen[content] += draft.takes
        keys.append(tuple(TableRowKey(content, number) for number in range(first, first + draft.takes)))
    return keys


def _content_of(draft: Draft) -> str:
    """SHA-256 of the request, its pictures by what is in them where that is known."""
    for slot in Slot:
        draft = draft.with_media(slot, tuple(map(_by_content, draft.used(slot))))
    body = build_body(replace(draft, parked=frozenset()))
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _by_content(media: Media) -> Media:
    return LocalImage(media.sha256 or media.file, fit=media.fit) if isinstance(media, LocalImage) else media
