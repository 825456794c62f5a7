"""Tables that are dropped, pasted or chosen: read, looked over, ordered."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from kling_desktop.domain.jobs.submission import Submission, TableRowKey
from kling_desktop.domain.parsing.batch_row import BatchRow, BatchSelection
from kling_desktop.domain.parsing.request_table import RequestTable, parse_request_table
from kling_desktop.domain.presets.preset import Preset
from kling_desktop.services.batch.batch import CheckedRequest, check_requests, import_into
from kling_desktop.services.batch.request_files import FileRequest, preset_finder, read_table_file
from kling_desktop.ui.batch.dialog import BatchDialog
from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.shell.form_menu import FormMenu
from kling_desktop.ui.shell.main_window import MainWindow
from kling_desktop.ui.shell.request_drop import RequestDrop
from kling_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from kling_desktop.session import Session
    from kling_desktop.store.jobs.submitted_rows import SubmittedRow

PASTED = "Pasted table"


@dataclass(frozen=True, slots=True)
class _Table:
    """A table that was read: what it is called, its rows made ready, and those that were ordered before."""

    name: str
    ready: "Sequence[CheckedRequest]"
    warnings: tuple[str, ...]
    found: "Mapping[TableRowKey, SubmittedRow]"


class BatchController:
    """One table is looked over at a time. What comes before there is a connection waits for it.

    presets gives those of the user; left_of and order are as the dialog and the ordering have them.
    """

    def __init__(
        self,
        theme: Theme,
        window: MainWindow,
        tasks: Tasks,
        media: Path,
        presets: Callable[[], Sequence[Preset]],
        left_of: Callable[[BatchSelection], tuple[str, bool]],
        order: Callable[[Sequence[Submission]], None],
    ) -> None:
        self._theme = theme
        self._window = window
        self._tasks = tasks
        self._media = media
        self._presets = presets
        self._left_of = left_of
        self._order = order
        self._session: Session | None = None
        self._waiting: Callable[[], None] | None = None
        self._dialog: BatchDialog | None = None

    def listen_to(self, menu: FormMenu, requests: RequestDrop) -> None:
        requests.table_dropped.connect(self.open_file)
        requests.table_pasted.connect(self.open_text)
        menu.order_table.triggered.connect(self._choose_file)

    def follow(self, session: "Session | None") -> None:
        """Order there from now on."""
        self.close()
        self._session = session
        if session and (waiting := self._waiting):
            self._waiting = None
            waiting()

    def open_file(self, name: str) -> None:
        """Look over the table in a file."""
        self._open(PurePath(name).name, partial(_read_file, name))

    def open_text(self, text: str) -> None:
        """Look over cells that were pasted; the pictures they name lie in the user's own folder."""
        self._open(PASTED, partial(_read_text, text))

    def close(self) -> None:
        if self._dialog:
            self._dialog.reject()

    def _choose_file(self) -> None:
        dialog = QFileDialog(self._window, "Order from a table")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter("Tables (*.csv *.tsv *.tab *.txt)")
        dialog.fileSelected.connect(self.open_file)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _open(self, name: str, read: "Callable[[Sequence[Preset]], RequestTable]") -> None:
        if session := self._session:
            self._tasks.spawn(self._look_over(session, name, read), f"read the table {name}")
        else:
            self._waiting = partial(self._open, name, read)

    async def _look_over(
        self, session: "Session", name: str, read: "Callable[[Sequence[Preset]], RequestTable]"
    ) -> None:
        # Reading, looking at pictures and copying them may take seconds; the window goes on meanwhile.
        ready, warnings = await asyncio.to_thread(_make_ready, name, read, tuple(self._presets()), self._media)
        found = await session.queue.find_submitted_rows(key for one in ready for key in one.row_keys)
        if session is self._session:
            self._show(_Table(name, ready, warnings, found), session)

    def _show(self, table: _Table, session: "Session") -> None:
        self.close()
        rows = [_row(one, table.found, session) for one in table.ready]
        public = sum(row.draft.public for row in rows)
        are = "1 row is" if public == 1 else f"{public} rows are"
        warnings = (*table.warnings, *((f"{are} public: everyone can see what comes of it.",) if public else ()))
        dialog = self._dialog = BatchDialog(self._theme, self._window, table.name, rows, warnings, self._left_of)
        dialog.submit_requested.connect(partial(self._order_chosen, table))
        dialog.finished.connect(partial(self._forget, dialog))
        dialog.open()

    def _order_chosen(self, table: _Table, rows: Sequence[BatchRow]) -> None:
        pairs = zip(table.ready, rows, strict=True)
        self._order([_order(one, table.found) for one, row in pairs if row.is_selected])

    def _forget(self, dialog: "BatchDialog", _result: int) -> None:
        dialog.deleteLater()
        if self._dialog is dialog:
            self._dialog = None


def _row(one: "CheckedRequest", found: "Mapping[TableRowKey, SubmittedRow]", session: "Session") -> BatchRow:
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
        _told_of(before, len(one.row_keys)),
    )
    return row.with_selected(missing > 0)


def _told_of(before: "Sequence[SubmittedRow]", takes: int) -> str:
    if not before:
        return ""
    when = datetime.fromtimestamp(max(ordered.submitted_at for ordered in before)).astimezone()
    what = "Ordered before" if len(before) == takes else f"{len(before)} of {takes} takes ordered before"
    return f"{what}, {when.day} {when:%b at %H:%M}"


def _order(one: "CheckedRequest", found: "Mapping[TableRowKey, SubmittedRow]") -> Submission:
    """What is missing of a row; all of it once more where nothing is, as it was chosen all the same."""
    missing = tuple(key for key in one.row_keys if key not in found)
    order = one.to_submission(force=not missing)
    return replace(
        order, draft=replace(order.draft, takes=len(missing or one.row_keys)), row_keys=missing or one.row_keys
    )


def _make_ready(
    name: str, read: Callable[[Sequence[Preset]], RequestTable], presets: Sequence[Preset], media: Path
) -> "tuple[Sequence[CheckedRequest], tuple[str, ...]]":
    table = read(presets)
    asked = [FileRequest(name, row.request, row.number, row.preset_name) for row in table.rows]
    return check_requests(asked, import_into(media)), table.warnings


def _read_file(name: str, presets: Sequence[Preset]) -> RequestTable:
    return read_table_file(name, preset_finder(presets))


def _read_text(text: str, presets: Sequence[Preset]) -> RequestTable:
    return parse_request_table(
        text, preset_finder(presets), lambda picture: str(Path.home() / Path(picture).expanduser())
    )
