"""The desk of the library: clips found, judged, shown large, gone on from, handed on, and their files kept in order."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kling_desktop.controllers.action_dispatch import ActionDispatcher
from kling_desktop.controllers.library.export import ClipExporter
from kling_desktop.controllers.library.library_files import FilesKept
from kling_desktop.controllers.library.review import ReviewController
from kling_desktop.controllers.library.search import SearchController
from kling_desktop.controllers.presets.presets import PresetController
from kling_desktop.controllers.shell import AppShell
from kling_desktop.controllers.viewer.viewer import ViewerController
from kling_desktop.store.files.partial_files import PartialFiles
from kling_desktop.store.library.saved_searches import SavedSearchFile

if TYPE_CHECKING:
    from kling_desktop.session import Session


class LibraryDesk:
    """Follows one session at a time. clips_folder(): where clips go now; actions does what a view asks for."""

    def __init__(
        self,
        front: AppShell,
        presets: PresetController,
        clips_folder: Callable[[], Path],
        actions: ActionDispatcher,
    ) -> None:
        self._front = front
        self._presets = presets
        window, jobs, tasks, folders = front.context.window, front.jobs, front.context.tasks, front.context.folders
        panel = window.library
        find_preset = presets.library.get
        self._finding = SearchController(
            panel.search, jobs, SavedSearchFile(folders.saved_searches), find_preset, window.messages, tasks
        )
        self.review = ReviewController(jobs.model, window.messages, tasks, window.middle.open_notes)
        self._viewing = ViewerController(window, jobs.model, tasks, actions.dispatch, self.review.save_notes)
        self.exporter = ClipExporter(
            front.context.theme,
            window,
            tasks,
            lambda: front.context.settings.values.clip_names,
            PartialFiles(folders.partial_files),
        )
        self.files = FilesKept(
            *(front.context.theme, window, tasks, folders.posters, clips_folder, folders.pending_import, actions.open)
        )
        jobs.model.preset_name = self._preset_name
        panel.notes.notes_edited.connect(self.review.save_notes)
        window.middle.undo_requested.connect(self.review.undo)

    async def open(self) -> None:
        """Read what is kept beside the clips. What has been typed to find by meanwhile is looked for."""
        await self._finding.open()
        finder = self._front.window.library.search
        finder.show_sort(self._front.context.settings.sort_order)
        await self._front.jobs.look_up(finder.query)

    async def follow(self, session: "Session") -> None:
        """Work on the clips of this one from now on."""
        self._finding.follow(session.library)
        self._viewing.follow(session.library)
        self.review.follow(session.library, session.trash)
        self.files.follow(session)

    async def leave(self) -> None:
        """Nothing is done to anybody's clips."""
        self._finding.follow(None)
        self._viewing.follow(None)
        self.review.leave()
        await self.files.close()

    async def close(self) -> None:
        """Nothing is handed on any more."""
        await self.exporter.close()

    def _preset_name(self, preset_id: str) -> str:
        if not preset_id:
            return "Without a preset"
        return self._presets.name_of(preset_id) or "A preset that is gone"
