"""Shows in the viewer what its clip was made from and what it has led to, and leads from one to the other."""

from pathlib import Path
from typing import TYPE_CHECKING

from kling_desktop.domain.job import Job
from kling_desktop.ui.tasks import Tasks
from kling_desktop.ui.window import Window

if TYPE_CHECKING:
    from kling_desktop.ui.viewer.viewer import Viewer
    from kling_desktop.work.library import Library


class RelativesShown:
    """posters: the folder of the clips' pictures. Follows one library at a time."""

    def __init__(self, window: Window, tasks: Tasks, posters: Path) -> None:
        self._window = window
        self._tasks = tasks
        self._posters = posters
        self._library: Library | None = None
        window.clip_opened.connect(self._show)

    def follow(self, library: "Library | None") -> None:
        self._library = library

    def _show(self, viewer: "Viewer", job: Job) -> None:
        if self._library:
            viewer.details.lineage.chosen.connect(lambda other: self._window.viewer_verb.emit(other, "open"))
            self._tasks.spawn(self._tell(self._library, viewer, job), f"relatives of {job.id}")

    async def _tell(self, library: "Library", viewer: "Viewer", job: Job) -> None:
        relatives = await library.relatives(job, self._posters)
        if viewer is self._window.viewer:
            viewer.details.lineage.show_relatives(relatives)
