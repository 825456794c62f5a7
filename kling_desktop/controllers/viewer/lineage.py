"""Shows in the viewer what its clip was made from and what it has led to, and leads from one to the other."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import KlingError, Unreachable
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.library.clip_query import FilterKind
from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.shell.main_window import MainWindow

if TYPE_CHECKING:
    from kling_desktop.domain.library.clip_query import LineageFilter
    from kling_desktop.services.composer.id_lookup import IdLookup
    from kling_desktop.services.library.library import Library
    from kling_desktop.session import Session
    from kling_desktop.ui.viewer.viewer import Viewer

log = logging.getLogger(__name__)


class LineageController:
    """posters: the folder of the clips' pictures. Follows one session at a time."""

    def __init__(self, window: MainWindow, tasks: Tasks, posters: Path) -> None:
        self._window = window
        self._tasks = tasks
        self._posters = posters
        self._library: Library | None = None
        self._lookups: IdLookup | None = None
        window.middle.clip_opened.connect(self._show)

    def follow(self, session: "Session | None") -> None:
        self._library = session.library if session else None
        self._lookups = session.id_lookup if session else None

    def _show(self, viewer: "Viewer", job: Job) -> None:
        if self._library:
            lineage = viewer.details.lineage
            lineage.filter_requested.connect(self._find_kindred)
            lineage.preset_requested.connect(self._find_made_with)
            self._tasks.spawn(self._tell(self._library, viewer, job), f"family of {job.id}")

    async def _tell(self, library: "Library", viewer: "Viewer", job: Job) -> None:
        family = await library.lineage(job, self._posters)
        if viewer is self._window.middle.viewer:
            viewer.details.lineage.show_family(family)
            await self._picture(viewer)

    async def _picture(self, viewer: "Viewer") -> None:
        """What is known by its ID alone is asked of the service, which costs nothing."""
        for image in viewer.details.lineage.unpictured:
            if self._lookups is None:
                return
            try:
                picture = await self._lookups.get_picture(image)
            except Unreachable:
                return
            except KlingError as error:
                log.info("the picture of %s can't be had: %s", image, error)
                continue
            if viewer is not self._window.middle.viewer:
                return
            if picture:
                viewer.details.lineage.show_picture_of(image, picture)

    def _find_kindred(self, kindred: "LineageFilter") -> None:
        self._window.middle.close_clip()
        self._window.library.search.show_only(FilterKind.LINEAGE, kindred)

    def _find_made_with(self, preset: str) -> None:
        self._window.middle.close_clip()
        self._window.library.search.show_only(FilterKind.PRESETS, preset)
