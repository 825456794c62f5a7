"""The library in the window: clips found, judged, shown large, and gone on from."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kling_desktop.app.form.going_on import GoingOn
from kling_desktop.app.jobs.jobs_shown import JobsShown
from kling_desktop.app.library.culling import Culling
from kling_desktop.app.library.finding import Finding
from kling_desktop.app.library.viewing import Viewing
from kling_desktop.domain.model import Slot
from kling_desktop.domain.preset import Preset
from kling_desktop.store.searches import SearchFile
from kling_desktop.ui.tasks import Tasks
from kling_desktop.ui.window import Window

if TYPE_CHECKING:
    from kling_desktop.session import Session


class LibraryDesk:
    """Follows one session at a time. searches: the file of those that are kept; preset: the one of an ID, if known."""

    def __init__(
        self,
        window: Window,
        shown: JobsShown,
        searches: Path,
        preset: Callable[[str], Preset | None],
        going_on: GoingOn,
        tasks: Tasks,
    ) -> None:
        self._window = window
        self._shown = shown
        self._going_on = going_on
        self._tasks = tasks
        self._preset = preset
        panel = window.library
        self._finding = Finding(panel.finder, shown, SearchFile(searches), preset, window.messages, tasks)
        self._culling = Culling(shown.model, window.messages, tasks)
        self._viewing = Viewing(window, shown.model, tasks)
        shown.model.preset_name = self._preset_name
        panel.culled.connect(self._culling.do)
        panel.noted.connect(self._culling.note)
        window.clip_undo_asked.connect(self._culling.undo)
        panel.compared.connect(self._compare)
        window.frame_chosen.connect(self._use_frame)

    async def open(self) -> None:
        """Read what is kept beside the clips."""
        await self._finding.open()

    def leave(self) -> None:
        """Nothing is done to anybody's clips."""
        self._finding.follow(None)
        self._viewing.follow(None)
        self._culling.leave()

    def follow(self, session: "Session") -> None:
        """Work on the clips of this one from now on."""
        self._finding.follow(session.library)
        self._viewing.follow(session.library)
        self._culling.follow(session.library, session.binning)

    def _preset_name(self, preset_id: str) -> str:
        if not preset_id:
            return "Without a preset"
        preset = self._preset(preset_id)
        return preset.name if preset else "A preset that is gone"

    def _compare(self, job_ids: Sequence[str]) -> None:
        self._window.compare_clips([job for job_id in job_ids if (job := self._shown.job(job_id))])

    def _use_frame(self, job_id: str, slot: str, number: int) -> None:
        self._tasks.spawn(self._find_and_use_frame(job_id, Slot(slot), number), f"use a frame of {job_id}")

    async def _find_and_use_frame(self, job_id: str, slot: Slot, number: int) -> None:
        if job := await self._shown.find_job(job_id):
            await self._going_on.use_frame(job, slot, number)
