"""Prepares requests from files and tables for submission: checked, with copies of their images, and recognizable.

A table row that was submitted before isn't submitted again.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path

from kling_desktop.domain.errors import KlingError, describe_error
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
    """A request that was checked.

    Attributes:
        request: As it stands in its file.
        draft: If there are no problems, with the app's own copies of its images.
        problems: Why it can't be sent.
        warnings: What is worth knowing.
        row_keys: One for each take, if it is a table row.
    """

    request: FileRequest
    draft: Draft
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    row_keys: tuple[TableRowKey, ...] = ()

    def to_submission(self, *, force: bool = False) -> Submission:
        return Submission(self.draft, self.request.preset_name, self.row_keys, force)


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """What to do with checked requests.

    Attributes:
        resumed: The IDs of jobs that an earlier run left open, and that go on.
        submissions: What is to be submitted.
        notices: Sentences about the rest.
    """

    resumed: Sequence[str]
    submissions: Sequence[Submission]
    notices: Sequence[str]


def check_requests(requests: Sequence[FileRequest], import_image: Callable[[str], LocalImage]) -> list[CheckedRequest]:
    """Check requests. Blocks.

    Args:
        requests: From any number of files.
        import_image: Makes an image file one of the app's own. It is called once for each file.
    """
    import_once = cache(import_image)
    checked = []
    for request in requests:
        problems, warnings = find_problems(request.parsed)
        draft = request.parsed.draft
        if not problems:
            try:
                draft = _with_own_images(draft, import_once)
            except (KlingError, OSError) as error:
                problems = (Problem("file", f"Couldn't copy a picture: {describe_error(error)}"),)
        checked.append(CheckedRequest(request, draft, problems, warnings))
    return _with_row_keys(checked)


def image_importer(folder: Path) -> Callable[[str], LocalImage]:
    """Return a function that copies images to this folder."""
    return lambda file: import_image(Path(file), folder).as_local_image


def identify_image(file: str) -> LocalImage:
    """Return an image where it is, with the digest that it would have once it is imported."""
    with Path(file).open("rb") as content:
        return LocalImage(file, sha256=hashlib.file_digest(content, "sha256").hexdigest())


async def plan_batch(queue: JobQueue, requests: Sequence[CheckedRequest], *, force: bool) -> BatchPlan:
    """Start the queue, and plan what to do with these requests.

    A table row that was submitted before is not submitted again: what an earlier run left of it goes on.

    Args:
        queue: Not started yet.
        requests: Without problems.
        force: Submit all rows again.
    """
    found = await queue.find_submitted_rows(key for one in requests for key in one.row_keys)
    is_resuming = bool(found) and not force
    await queue.start(origins={"render"} if is_resuming else ())
    submissions, seen, repeated = list[Submission](), set[TableRowKey](), Counter[str]()
    for one in requests:
        repeated[one.request.name] += any(key in seen for key in one.row_keys)
        keys = tuple(key for key in one.row_keys if key not in seen and (force or key not in found))
        seen.update(one.row_keys)
        if keys or not one.row_keys:
            draft = replace(one.draft, takes=len(keys) or one.draft.takes)
            submissions.append(replace(one.to_submission(force=force), draft=draft, row_keys=keys))
    notices = [_repeated_notice(name, count) for name, count in repeated.items() if count]
    if not is_resuming:
        return BatchPlan([], submissions, notices)
    ours = {job.id for job in queue.jobs if not job.is_terminal and not queue.is_foreign(job.id)}
    resumed = [row.job_id for row in found.values() if row.job_id in ours]
    tables = dict.fromkeys(one.request.name for one in requests if any(key in found for key in one.row_keys))
    notices += [_submitted_notice(name, requests, found, ours) for name in tables]
    return BatchPlan(resumed, submissions, notices)


def _repeated_notice(table: str, count: int) -> str:
    return plural(
        count,
        one="{table}: 1 row repeats a row above it, and is submitted only once.",
        other="{table}: {count} rows repeat rows above them, and are submitted only once.",
        table=table,
    )


def _submitted_notice(
    table: str,
    requests: Sequence[CheckedRequest],
    found: Mapping[TableRowKey, SubmittedRow],
    ours: Collection[str],
) -> str:
    rows = [one for one in requests if one.request.name == table]
    before = [one for one in rows if any(key in found for key in one.row_keys)]
    resumed = sum(any(key in found and found[key].job_id in ours for key in one.row_keys) for one in before)
    latest = max(found[key].submitted_at for one in before for key in one.row_keys if key in found)
    when = f"{datetime.fromtimestamp(latest).astimezone():%Y-%m-%d at %H:%M}"
    if len(before) == len(rows):
        which = f"{table}: All rows were submitted before, on {when}, and aren't sent again."
    else:
        which = plural(
            len(rows),
            one="{table}: {before} of 1 row was submitted before, on {when}, and isn't sent again.",
            other="{table}: {before} of {count} rows were submitted before, on {when}, and aren't sent again.",
            table=table,
            before=len(before),
            when=when,
        )
    goes_on = plural(resumed, one="1 of them continues now.", other="{count} of them continue now.") if resumed else ""
    return " ".join(filter(None, (which, goes_on, "Use --again to send them all again.")))


def _with_row_keys(checked: Sequence[CheckedRequest]) -> list[CheckedRequest]:
    """Rows are numbered table by table, from the start again where a table is given twice."""
    keys: dict[int, tuple[TableRowKey, ...]] = {}
    tables: list[list[int]] = []
    for at, one in enumerate(checked):
        if not one.request.row:
            continue
        before = checked[tables[-1][-1]].request if tables else None
        if before is None or before.name != one.request.name or before.row >= one.request.row:
            tables.append([])
        tables[-1].append(at)
    for rows in tables:
        keys |= zip(rows, row_keys(checked[at].draft for at in rows), strict=True)
    return [replace(one, row_keys=keys.get(at, ())) for at, one in enumerate(checked)]


def _with_own_images(draft: Draft, import_once: Callable[[str], LocalImage]) -> Draft:
    """The draft with copies of its images, which stay whatever happens to the originals."""
    for slot in Slot:
        media = tuple(
            replace(import_once(one.file), fit=one.fit) if isinstance(one, LocalImage) else one
            for one in draft.used(slot)
        )
        draft = draft.with_media(slot, media)
    return replace(draft, parked=frozenset())
