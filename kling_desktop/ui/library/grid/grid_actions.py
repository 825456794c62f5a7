"""What the grid's clicks, keys and menus ask for: an action and the cards it is for."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, assert_never

from PySide6.QtCore import QModelIndex, QObject, QPoint, Signal

from kling_desktop.domain.jobs.actions import Action, ActionRequest, ExportAction, JobAction, ReuseAction, ReviewAction
from kling_desktop.ui.library.grid.selection import GridSelection
from kling_desktop.ui.library.grid.virtual_view import VirtualView
from kling_desktop.ui.library.model.library_model import LibraryModel

if TYPE_CHECKING:
    from kling_desktop.ui.library.grid.card_menu import CardMenu

MOST_COMPARED = 4


class GridActions(QObject):
    """Turns what the user does in `view` into action requests."""

    requested = Signal(object)
    """An ActionRequest."""

    def __init__(self, view: VirtualView, library: LibraryModel, selection: GridSelection) -> None:
        super().__init__(view)
        self._view = view
        self._library = library
        self._selection = selection

    def request_by_key(self, action: Action, value: int) -> None:
        """Ask for an action: reviews and exports are for the whole selection, everything else for the current card."""
        match action:
            case ReviewAction() | ExportAction():
                self._request_for_selection(action, value)
            case JobAction() | ReuseAction():
                self.request_for_row(self._view.currentIndex().row(), action, value)
            case _:
                assert_never(action)

    def request_for_row(self, row: int, action: Action, value: int = 0) -> None:
        """Ask for an action on the job or clip of one row."""
        if row >= 0 and (job := self._library.job(row)):
            self.requested.emit(ActionRequest(action, (job.id,), value=value))

    def _request_for_selection(self, action: ReviewAction | ExportAction, value: int = 0) -> None:
        is_for_all = action is ReviewAction.TRASH_REJECTS
        clips = () if is_for_all else self._selection.clip_numbers(self._selection.rows())
        self._request(ActionRequest(action, clips=clips, value=value))

    def _request(self, request: ActionRequest) -> None:
        """Moving a selection to the trash removes the ended jobs in it from the list."""
        if request.action is ReviewAction.TRASH and (ended := self._selected_ended_jobs()):
            self.requested.emit(ActionRequest(JobAction.REMOVE, ended))
        if request.jobs or request.clips or request.action is ReviewAction.TRASH_REJECTS:
            self.requested.emit(request)

    def _selected_ended_jobs(self) -> tuple[str, ...]:
        rows = ((row, job) for row in self._selection.rows() if (job := self._library.unfinished(row)))
        return tuple(job.id for row, job in rows if self._library.card(row).offers(JobAction.REMOVE))

    def can_compare(self) -> bool:
        """Whether two to four clips are selected, and nothing else."""
        rows = self._selection.rows()
        return 2 <= len(rows) <= MOST_COMPARED and all(self.is_clip(self._library.index(row)) for row in rows)

    def compare(self) -> None:
        """Ask to compare the selected clips."""
        self._request(ActionRequest(JobAction.COMPARE, self._job_ids(self._selection.rows())))

    def open(self, index: QModelIndex) -> None:
        """Ask to open a clip; of any other card, open the menu."""
        if self.is_clip(index):
            self.request_for_row(index.row(), JobAction.OPEN)
        else:
            self.open_card_menu(index, self._view.visualRect(index).center())

    def _job_ids(self, rows: Sequence[int]) -> tuple[str, ...]:
        """Of those rows that are loaded."""
        return tuple(job.id for row in rows if (job := self._library.job(row)))

    def is_clip(self, index: QModelIndex) -> bool:
        return index.isValid() and self._library.is_clip(index.row())

    def open_selection_menu(self, at: QPoint) -> None:
        """Open the menu of all selected cards at a point of the viewport."""
        menu = self._menu(self._selection.rows())
        menu.offer_for_several(can_compare=self.can_compare())
        menu.popup(self._view.viewport().mapToGlobal(at))

    def open_card_menu(self, index: QModelIndex, at: QPoint) -> None:
        """Open the menu of one card at a point of the viewport."""
        job, offers = self._library.job(index.row()), self._library.card(index.row()).menu
        if job is None or not offers:
            return
        menu = self._menu([index.row()])
        if self.is_clip(index):
            self._view.setCurrentIndex(index)
            menu.offer_for_clip(offers)
        else:
            menu.offer_for_job(offers)
        menu.popup(self._view.viewport().mapToGlobal(at))

    def _menu(self, rows: Sequence[int]) -> "CardMenu":
        """A menu about those rows, empty so far."""
        from kling_desktop.ui.library.grid.card_menu import CardMenu  # loaded with the first menu, not at the start

        jobs = self._job_ids(rows) if len(rows) <= MOST_COMPARED else ()
        menu = CardMenu(self._view, jobs, self._selection.clip_numbers(rows))
        menu.action_requested.connect(self._request)
        return menu
