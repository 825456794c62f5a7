"""The viewer: the review of its clip, the clips before and after, and takes to compare it with."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, Qt

from kling_desktop.controllers.connections import Connections
from kling_desktop.controllers.context import AppContext
from kling_desktop.domain.jobs.actions import ActionRequest, ReviewAction
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.library.clip import Clip
from kling_desktop.domain.library.review import NotesEdit
from kling_desktop.services.library.library import Library
from kling_desktop.ui.library.model.library_model import LibraryModel
from kling_desktop.ui.viewer.viewer import Viewer
from kling_desktop.ui.widgets.menu import Menu

_SUBMITTED_TOGETHER = 5.0
"""Seconds at most between the first and the last take of one click."""
_ROWS_SEARCHED = 12
"""Rows on either side in which other takes are searched for."""


class ViewerController:
    """The neighbors of a clip are those in the grid.

    dispatch does what a viewer asks for; save_notes saves the notes and tags written there.
    """

    def __init__(
        self,
        context: AppContext,
        library: Library,
        model: LibraryModel,
        dispatch: Callable[[ActionRequest], None],
        save_notes: Callable[[NotesEdit], None],
    ) -> None:
        self._window = context.window
        self._tasks = context.tasks
        self._library = library
        self._model = model
        self._dispatch = dispatch
        self._save_notes = save_notes
        self._viewer_connections = Connections()
        context.connections.on(library.changed, self._show_changed)
        context.connections.on(context.window.middle.clip_opened, self._opened)
        context.connections.on_close(self._viewer_connections.close)

    def _opened(self, viewer: Viewer) -> None:
        self._viewer_connections.close()
        on = self._viewer_connections.on
        on(viewer.action_requested, self._request)
        on(viewer.details.notes.notes_edited, self._save_notes)
        on(viewer.neighbor_requested, self._step)
        on(viewer.compare_requested, self._offer_takes)
        row = self._row_of(viewer.job)
        viewer.details.show_neighbors(
            has_previous=self._neighbor_row(row, -1) is not None, has_next=self._neighbor_row(row, 1) is not None
        )
        self._tasks.spawn(self._show_review(viewer), "show the review of a clip")

    async def _show_review(self, viewer: Viewer) -> None:
        clip = await self._library.get_clip(viewer.job.id)
        if clip and self._window.middle.viewer is viewer:
            viewer.show_clip(clip)

    def _show_changed(self, clips: tuple[Clip, ...]) -> None:
        viewer = self._window.middle.shown_alone
        if viewer is not None:
            for clip in clips:
                if clip.id == viewer.job.id:
                    viewer.show_clip(clip)

    def _request(self, request: ActionRequest) -> None:
        if request.action is ReviewAction.TRASH:
            self._leave()
        self._dispatch(request)

    def _leave(self) -> None:
        """For the clip after, or else before; where there is none, back to the list."""
        viewer = self._window.middle.shown_alone
        row = self._row_of(viewer.job) if viewer else None
        if not any(self._neighbor_row(row, step) is not None and self._step(step) for step in (1, -1)):
            self._window.middle.close_clip()

    def _step(self, step: int) -> bool:
        """Show the clip that many rows on. Returns whether there is one."""
        viewer = self._window.middle.shown_alone
        row = self._neighbor_row(self._row_of(viewer.job) if viewer else None, step)
        if row is None:
            return False
        self._window.library.grid.setCurrentIndex(self._model.index(row))
        if clip := self._model.clip(row):
            self._window.middle.open_clip(clip.job)
        elif (number := self._model.number(row)) is not None:
            self._tasks.spawn(self._load_and_open(number), "open the next clip")
        return True

    async def _load_and_open(self, number: int) -> None:
        for clip in await self._library.get_clips([number]):
            self._window.middle.open_clip(clip.job)

    def _offer_takes(self, corner: QPoint) -> None:
        viewer = self._window.middle.shown_alone
        if viewer is None:
            return
        row = self._row_of(viewer.job)
        menu = Menu(viewer)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for take in self._other_takes(viewer.job, row):
            menu.addAction(f"With take {take.take}", partial(self._compare, viewer.job, take))
        menu.addSeparator()
        for words, step in (("With the previous clip", -1), ("With the next clip", 1)):
            neighbor = self._neighbor_row(row, step)
            clip = self._model.clip(neighbor) if neighbor is not None else None
            if clip is not None:
                menu.addAction(words, partial(self._compare, viewer.job, clip.job))
        if all(action.isSeparator() for action in menu.actions()):
            menu.addAction("No other clip here").setEnabled(False)
        menu.popup(corner - QPoint(0, menu.sizeHint().height() + 4))

    def _compare(self, job: Job, other: Job) -> None:
        self._window.middle.compare_clips((job, other), back_to=job)

    def _other_takes(self, job: Job, row: int | None) -> list[Job]:
        """Takes of the same click, as far as they are near it in the grid."""
        if row is None or job.takes < 2:
            return []
        near = range(max(0, row - _ROWS_SEARCHED), min(self._model.rowCount(), row + _ROWS_SEARCHED + 1))
        clips = (self._model.clip(at) for at in near if at != row)
        found = [clip.job for clip in clips if clip and _is_take_of(clip.job, job)]
        return sorted(found, key=lambda take: take.take)

    def _row_of(self, job: Job) -> int | None:
        index = self._model.index_of(job.id)
        return index.row() if index.isValid() else None

    def _neighbor_row(self, row: int | None, step: int) -> int | None:
        """The nearest row on that side with a clip."""
        if row is None:
            return None
        row += step
        while 0 <= row < self._model.rowCount():
            if self._model.number(row) is not None:
                return row
            row += step
        return None


def _is_take_of(other: Job, job: Job) -> bool:
    near = abs(other.created_at - job.created_at) < _SUBMITTED_TOGETHER
    return near and other.takes == job.takes and other.draft.prompt == job.draft.prompt
