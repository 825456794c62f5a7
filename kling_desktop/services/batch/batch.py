"""The rows of a table made ready to be ordered: checked, their pictures kept, and known again. No Qt, no network."""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path

from kling_desktop.domain.errors import KlingError
from kling_desktop.domain.jobs.submission import Submission, TableRowKey, row_keys
from kling_desktop.domain.request.draft import Draft, LocalImage
from kling_desktop.domain.request.form import Problem
from kling_desktop.domain.request.models import Slot
from kling_desktop.domain.text import plural
from kling_desktop.media.image.import_copy import import_image
from kling_desktop.services.batch.request_files import FileRequest, find_problems
from kling_desktop.services.jobs.job_queue import JobQueue
from kling_desktop.store.jobs.submitted_rows import SubmittedRow


@dataclass(frozen=True, slots=True)
class CheckedRequest:
    """A request that was looked at. draft: with the app's own copies of its pictures, where nothing is wrong with it.

    keys: one for each take, where it stands in a table.
    """

    request: FileRequest
    draft: Draft
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    row_keys: tuple[TableRowKey, ...] = ()

    def to_submission(self, *, force: bool = False) -> Submission:
        return Submission(self.draft, self.request.preset_name, self.row_keys, force)


def check_requests(requests: Sequence[FileRequest], import_image: Callable[[str], LocalImage]) -> list[CheckedRequest]:
    """Each of them looked at. keep: makes a picture's file one of the app's own; called once for each. Blocking."""
    kept = cache(import_image)
    ready = []
    for one in requests:
        problems, warnings = find_problems(one.parsed)
        draft = one.parsed.draft
        if not problems:
            try:
                draft = _with_own_copies(draft, kept)
            except (KlingError, OSError) as error:
                problems = (Problem("file", f"Couldn't copy a picture: {error}"),)
        ready.append(CheckedRequest(one, draft, problems, warnings))
    return _with_keys(ready)


def import_into(folder: Path) -> Callable[[str], LocalImage]:
    """Copies pictures there."""
    return lambda file: import_image(Path(file), folder).as_local_image


def identify_image(file: str) -> LocalImage:
    """The picture where it is, with what it would be known by once it is kept."""
    with Path(file).open("rb") as content:
        return LocalImage(file, sha256=hashlib.file_digest(content, "sha256").hexdigest())


async def plan_batch(
    queue: JobQueue, requests: Sequence[CheckedRequest], *, force: bool
) -> tuple[list[str], list[Submission], list[str]]:
    """What is to be done about these: the jobs that go on, what is to be ordered, and what to say of the rest.

    Starts the queue. A row of a table is never ordered twice, unless `again` says so: what an earlier run left of it
    goes on where it was.
    """
    found = await queue.find_submitted_rows(key for one in requests for key in one.row_keys)
    goes_on = bool(found) and not force
    await queue.start(origins={"render"} if goes_on else ())
    orders, seen, twice = list[Submission](), set[TableRowKey](), Counter[str]()
    for one in requests:
        twice[one.request.name] += any(key in seen for key in one.row_keys)
        keys = tuple(key for key in one.row_keys if key not in seen and (force or key not in found))
        seen.update(one.row_keys)
        if keys or not one.row_keys:
            takes = len(keys) or one.draft.takes
            orders.append(replace(one.to_submission(force=force), draft=replace(one.draft, takes=takes), row_keys=keys))
    news = [_told_twice(name, count) for name, count in twice.items() if count]
    if not goes_on:
        return [], orders, news
    carried = {job.id for job in queue.jobs if not job.is_terminal and not queue.is_foreign(job.id)}
    going_on = [ordered.job_id for ordered in found.values() if ordered.job_id in carried]
    return going_on, orders, [*news, *(_news(name, requests, found, carried) for name in _tables(requests, found))]


def _told_twice(name: str, count: int) -> str:
    return plural(
        count,
        one="{name}: {count} row repeats a row above it, and is submitted only once.",
        other="{name}: {count} rows repeat rows above them, and are submitted only once.",
        name=name,
    )


def _tables(ready: Sequence[CheckedRequest], found: Mapping[TableRowKey, SubmittedRow]) -> list[str]:
    return list(dict.fromkeys(one.request.name for one in ready if any(key in found for key in one.row_keys)))


def _news(
    name: str, ready: Sequence[CheckedRequest], found: Mapping[TableRowKey, SubmittedRow], carried: Collection[str]
) -> str:
    rows = [one for one in ready if one.request.name == name]
    before = [one for one in rows if any(key in found for key in one.row_keys)]
    going_on = sum(any(key in found and found[key].job_id in carried for key in one.row_keys) for one in before)
    day = datetime.fromtimestamp(
        max(found[key].submitted_at for one in before for key in one.row_keys if key in found)
    ).astimezone()
    submitted = (
        f"{name}: {len(before)} of {len(rows)} rows were submitted before, on {day:%Y-%m-%d at %H:%M}, and aren't sent"
        " again."
        if len(before) < len(rows)
        else f"{name}: All rows were submitted before, on {day:%Y-%m-%d at %H:%M}, and aren't sent again."
    )
    continuing = plural(going_on, one="{count} of them continues now.", other="{count} of them continue now.")
    return " ".join([submitted, *([continuing] if going_on else []), "Use --again to send them all again."])


def _with_keys(ready: Sequence[CheckedRequest]) -> list[CheckedRequest]:
    """Rows are counted table by table, and anew in one that is given once more."""
    keys: dict[int, tuple[TableRowKey, ...]] = {}
    tables: list[list[int]] = []
    for at, one in enumerate(ready):
        if not one.request.row:
            continue
        before = ready[tables[-1][-1]].request if tables else None
        if before is None or before.name != one.request.name or before.row >= one.request.row:
            tables.append([])
        tables[-1].append(at)
    for rows in tables:
        keys |= zip(rows, row_keys(ready[at].draft for at in rows), strict=True)
    return [replace(one, row_keys=keys.get(at, ())) for at, one in enumerate(ready)]


def _with_own_copies(draft: Draft, kept: Callable[[str], LocalImage]) -> Draft:
    """The draft with its pictures copied, so that they are there whatever happens to the originals."""
    for slot in Slot:
        here = (
            replace(kept(media.file), fit=media.fit) if isinstance(media, LocalImage) else media
            for media in draft.used(slot)
        )
        draft = draft.with_media(slot, tuple(here))
    return replace(draft, parked=frozenset())
