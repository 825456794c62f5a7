"""The desk of the library: clips found, judged, shown large, gone on from, handed on, and their files kept in order."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kling_desktop.controllers.library.clip_reuse import ClipReuse
from kling_desktop.controllers.library.export_files import ExportController
from kling_desktop.controllers.library.library_files import FilesKept
from kling_desktop.controllers.library.review import Culling
from kling_desktop.controllers.library.search import SearchController
from kling_desktop.controllers.presets.presets import PresetController
from kling_desktop.controllers.shell import AppShell
from kling_desktop.controllers.viewer.viewer import ViewerController
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.request.models import Slot
from kling_desktop.store.files.partial_files import HalfDone
from kling_desktop.store.library.saved_searches import SearchFile

if TYPE_CHECKING:
    from kling_desktop.session import Session


class LibraryDesk:
    """Follows one session at a time. clips_folder(): where clips go now; do_to does what a verb says to one clip."""

    def __init__(
        self,
        front: AppShell,
        presets: PresetController,
        going_on: ClipReuse,
        clips_folder: Callable[[], Path],
        do_to: Callable[[Job, str], None],
    ) -> None:
        self._front = front
        self._presets = presets
        self._going_on = going_on
        self._do_to = do_to
        window, jobs, tasks, folders = front.context.window, front.jobs, front.context.tasks, front.context.folders
        panel = window.library
        find_preset = presets.library.get
        self._finding = SearchController(
            panel.search, jobs, SearchFile(folders.searches), find_preset, window.messages, tasks
        )
        self._culling = Culling(jobs.model, window.messages, tasks)
        self._viewing = ViewerController(window, jobs.model, tasks)
        self.handing_over = ExportController(
            front.context.theme,
            window,
            tasks,
            lambda: front.context.settings.values.clip_names,
            jobs.find_job,
            HalfDone(folders.half_done),
        )
        self.files = FilesKept(front.context.theme, window, tasks, folders.posters, clips_folder, folders.import_wish)
        jobs.model.preset_name = self._preset_name
        panel.culled.connect(self._culling.do)
        panel.noted.connect(self._culling.note)
        panel.compared.connect(self._compare)
        window.middle.clip_undo_asked.connect(self._culling.undo)
        window.middle.frame_chosen.connect(self._use_frame)

    async def open(self) -> None:
        """Read what is kept beside the clips. What has been typed to find by meanwhile is looked for."""
        await self._finding.open()
        finder = self._front.window.library.search
        finder.show_sort(self._front.context.settings.sort_order)
        await self._front.jobs.look_up(finder.query)

    async def follow(self, session: "Session") -> None:
        """Work on the clips of this one from now on."""
        self.handing_over.follow(session.library, self._do_to)
        self._finding.follow(session.library)
        self._viewing.follow(session.library)
        self._culling.follow(session.library, session.trash)
        self.files.follow(session)

    async def leave(self) -> None:
        """Nothing is done to anybody's clips."""
        self.handing_over.follow(None, self._do_to)
        self._finding.follow(None)
        self._viewing.follow(None)
        self._culling.leave()
        await self.files.close()

    async def close(self) -> None:
        """Nothing is handed on any more."""
        await self.handing_over.close()

    def _preset_name(self, preset_id: str) -> str:
        if not preset_id:
            return "Without a preset"
        return self._presets.name_of(preset_id) or "A preset that is gone"

    def _compare(self, job_ids: Sequence[str]) -> None:
        self._front.window.middle.compare_clips([job for job_id in job_ids if (job := self._front.jobs.job(job_id))])

    def _use_frame(self, job_id: str, slot: str, number: int) -> None:
        self._front.context.tasks.spawn(
            self._find_and_use_frame(job_id, Slot(slot), number), f"use a frame of {job_id}"
        )

    async def _find_and_use_frame(self, job_id: str, slot: Slot, number: int) -> None:
        if job := await self._front.jobs.find_job(job_id):
            await self._going_on.use_frame(job, slot, number)
