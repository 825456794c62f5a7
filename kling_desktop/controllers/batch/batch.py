"""Tables of requests: read, shown for a last look, submitted."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path, PurePath

from PySide6.QtWidgets import QFileDialog, QWidget

from kling_desktop.controllers.code_page_choice import CodePageChoice
from kling_desktop.controllers.context import AppContext
from kling_desktop.controllers.dialog_slot import DialogSlot
from kling_desktop.domain.jobs.submission import Submission, TableRowKey
from kling_desktop.domain.parsing.batch_row import BatchRow, BatchSelection
from kling_desktop.domain.parsing.request_table import RequestTable, parse_request_table
from kling_desktop.domain.presets.preset import Preset
from kling_desktop.domain.text import plural
from kling_desktop.domain.text_decoder import UnknownCodePage
from kling_desktop.services.batch.batch import CheckedRequest, check_requests, image_importer
from kling_desktop.services.batch.request_files import FileRequest, preset_finder, read_table
from kling_desktop.session import Session
from kling_desktop.store.jobs.submitted_rows import SubmittedRow
from kling_desktop.ui.batch.dialog import BatchDialog

PASTED = "Pasted table"


@dataclass(frozen=True, slots=True)
class _Table:
    """A table that was read: its name, its checked rows, and those that were submitted before."""

    name: str
    ready: Sequence[CheckedRequest]
    warnings: tuple[str, ...]
    found: Mapping[TableRowKey, SubmittedRow]


class BatchController:
    """Shows one table at a time for a last look, then submits its rows.

    Args:
        presets: the user's presets.
        remaining_after: what the chosen rows leave of a limit or the balance, as the dialog shows it.
        submit: sends new jobs, as Generate does.
    """

    def __init__(
        self,
        context: AppContext,
        session: Session,
        presets: Callable[[], Sequence[Preset]],
        remaining_after: Callable[[BatchSelection], tuple[str, bool]],
        submit: Callable[[Sequence[Submission]], None],
    ) -> None:
        self._context = context
        self._session = session
        self._presets = presets
        self._remaining_after = remaining_after
        self._submit = submit
        self._slot = DialogSlot[BatchDialog](context.connections)
        self._code_page = CodePageChoice(context)

    def open_file(self, name: str, code_page: str = "") -> None:
        """Show the table in a file. code_page: of its letters, if the user has chosen it."""
        self._context.tasks.spawn(self._check_file(name, code_page), f"read the table {name}")

    def open_text(self, text: str) -> None:
        """Show cells that were pasted. The images they name are in the user's home folder."""
        self._open(PASTED, partial(_read_text, text))

    def _open(self, name: str, read: Callable[[Sequence[Preset]], RequestTable]) -> None:
        self._context.tasks.spawn(self._check(name, read), f"read the table {name}")

    async def _check_file(self, name: str, code_page: str) -> None:
        try:
            await self._check(PurePath(name).name, partial(_read_file, name, code_page))
        except UnknownCodePage as doubt:
            self._code_page.ask(name, doubt, self.open_file)

    async def _check(self, name: str, read: Callable[[Sequence[Preset]], RequestTable]) -> None:
        # Reading, looking at images and copying them may take seconds; the window goes on in the meantime.
        ready, warnings = await asyncio.to_thread(
            _read_and_check, name, read, tuple(self._presets()), self._context.folders.media
        )
        found = await self._session.queue.find_submitted_rows(key for one in ready for key in one.row_keys)
        self._show(_Table(name, ready, warnings, found))

    def _show(self, table: _Table) -> None:
        rows = [_row(one, table.found, self._session) for one in table.ready]
        public = sum(row.draft.public for row in rows)
        public_note = plural(
            public,
            one="1 row is public: everyone can see its clips.",
            other="{count} rows are public: everyone can see their clips.",
        )
        warnings = (*table.warnings, public_note) if public else table.warnings
        dialog = BatchDialog(
            self._context.theme, self._context.window, table.name, rows, warnings, self._remaining_after
        )
        dialog.submit_requested.connect(partial(self._submit_chosen, table))
        self._slot.open(dialog)

    def _submit_chosen(self, table: _Table, rows: Sequence[BatchRow]) -> None:
        pairs = zip(table.ready, rows, strict=True)
        self._submit([_submission(one, table.found) for one, row in pairs if row.is_selected])


_PATTERNS = " ".join(f"*.{suffix} *.{suffix.upper()}" for suffix in ("csv", "tsv", "tab", "txt"))


def choose_table(window: QWidget, open_file: Callable[[str], None]) -> None:
    """Ask for a table and open it."""
    dialog = QFileDialog(window, "Generate from a table")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters([f"Tables ({_PATTERNS})", "All files (*)"])
    dialog.fileSelected.connect(open_file)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def _row(one: CheckedRequest, found: Mapping[TableRowKey, SubmittedRow], session: Session) -> BatchRow:
    before = [found[key] for key in one.row_keys if key in found]
    missing = len(one.row_keys) - len(before)
    row = BatchRow(
        one.request.row,
        one.draft,
        missing or len(one.row_keys),
        session.spending.estimate_price(one.draft),
        one.request.preset_name,
        one.problems,
        one.warnings,
        _submitted_note(before, len(one.row_keys)),
    )
    return row.with_selected(missing > 0)


def _submitted_note(before: Sequence[SubmittedRow], takes: int) -> str:
    if not before:
        return ""
    when = datetime.fromtimestamp(max(row.submitted_at for row in before)).astimezone()
    date, at = f"{when.day} {when:%b}", f"{when:%H:%M}"
    if len(before) == takes:
        return f"Submitted on {date} at {at}"
    return plural(
        len(before),
        one="1 of {takes} takes submitted on {date} at {at}",
        other="{count} of {takes} takes submitted on {date} at {at}",
        takes=takes,
        date=date,
        at=at,
    )


def _submission(one: CheckedRequest, found: Mapping[TableRowKey, SubmittedRow]) -> Submission:
    """The takes that are missing of a row; all of them again if none is, as the user selected it all the same."""
    missing = tuple(key for key in one.row_keys if key not in found)
    submission = one.to_submission(force=not missing)
    keys = missing or one.row_keys
    return replace(submission, draft=replace(submission.draft, takes=len(keys)), row_keys=keys)


def _read_and_check(
    name: str, read: Callable[[Sequence[Preset]], RequestTable], presets: Sequence[Preset], media: Path
) -> tuple[Sequence[CheckedRequest], tuple[str, ...]]:
    table = read(presets)
    requests = [FileRequest(name, row.request, row.number, row.preset_name) for row in table.rows]
    return check_requests(requests, image_importer(media)), table.warnings


def _read_file(name: str, code_page: str, presets: Sequence[Preset]) -> RequestTable:
    return read_table(name, preset_finder(presets), code_page)


def _read_text(text: str, presets: Sequence[Preset]) -> RequestTable:
    return parse_request_table(text, preset_finder(presets), lambda image: str(Path.home() / Path(image).expanduser()))
