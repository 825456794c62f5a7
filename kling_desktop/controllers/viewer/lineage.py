"""The lineage beside the viewer: what a clip was made from, what it has led to, and the way from one to the other."""

import logging

from kling_desktop.controllers.connections import Connections
from kling_desktop.controllers.context import AppContext
from kling_desktop.domain.errors import KlingError, Unreachable
from kling_desktop.domain.library.clip_query import FilterKind, LineageFilter
from kling_desktop.session import Session
from kling_desktop.ui.viewer.viewer import Viewer

log = logging.getLogger(__name__)


class LineageController:
    """Fills the lineage beside each clip that is opened, and filters the library by it."""

    def __init__(self, context: AppContext, session: Session) -> None:
        self._context = context
        self._window = context.window
        self._session = session
        self._viewer_connections = Connections()
        context.connections.on(self._window.middle.clip_opened, self._show)
        context.connections.on_close(self._viewer_connections.close)

    def _show(self, viewer: Viewer) -> None:
        self._viewer_connections.close()
        view, on = viewer.details.lineage, self._viewer_connections.on
        on(view.filter_requested, self._find_related)
        on(view.preset_requested, self._find_preset)
        self._context.tasks.spawn(self._load(viewer), f"lineage of {viewer.job.id}")

    async def _load(self, viewer: Viewer) -> None:
        graph = await self._session.library.lineage(viewer.job, self._context.folders.posters)
        if viewer is self._window.middle.viewer:
            viewer.details.lineage.show_lineage(graph)
            await self._load_pictures(viewer)

    async def _load_pictures(self, viewer: Viewer) -> None:
        """What is known by its ID alone is asked of the service, which costs nothing."""
        for image in viewer.details.lineage.missing_images:
            try:
                picture = await self._session.id_lookup.get_picture(image)
            except Unreachable:
                return
            except KlingError as error:
                log.info("the picture of %s can't be had: %s", image, error)
                continue
            if viewer is not self._window.middle.viewer:
                return
            if picture:
                viewer.details.lineage.show_image(image, picture)

    def _find_related(self, related: LineageFilter) -> None:
        self._window.middle.close_clip()
        self._window.library.search.show_only(FilterKind.LINEAGE, related)

    def _find_preset(self, preset: str) -> None:
        self._window.middle.close_clip()
        self._window.library.search.show_only(FilterKind.PRESETS, preset)
