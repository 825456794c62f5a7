"""The search bar: what it can filter by, how many clips it found, and the saved searches."""

from collections.abc import Callable
from dataclasses import replace

from kling_desktop.controllers.context import AppContext
from kling_desktop.controllers.saved_list import SavedList
from kling_desktop.domain.library.clip_query import SavedSearch
from kling_desktop.services.library.library import Library
from kling_desktop.store.library.saved_searches import SavedSearchFile
from kling_desktop.ui.library.model.library_model import LibraryModel
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message


class SavedSearchController:
    """Saves searches and lists them among the filters."""

    def __init__(self, context: AppContext) -> None:
        self._context = context
        bar = context.window.library.search
        file = SavedSearchFile(context.folders.saved_searches)
        self._list = SavedList(
            context, file.read, file.save, file.remove, bar.show_saved, "The searches can't be saved: {reason}."
        )
        bar.save_requested.connect(lambda search: context.tasks.spawn(self._save(search), "save a search"))
        bar.removal_requested.connect(lambda search: context.tasks.spawn(self._list.remove(search), "remove a search"))

    async def open(self) -> None:
        """Read the saved searches."""
        await self._list.open()

    async def _save(self, search: SavedSearch) -> None:
        if await self._list.add(search):
            self._context.messages.show_now(Message(f"“{search.name}” was added to your filters.", Tone.OK))


class SearchController:
    """Fills the search bar with what there is to filter by, and with the number of clips found.

    preset_name: the name of the preset of an ID, "" if it is gone.
    """

    def __init__(
        self, context: AppContext, library: Library, model: LibraryModel, preset_name: Callable[[str], str]
    ) -> None:
        self._tasks = context.tasks
        self._bar = context.window.library.search
        self._library = library
        self._model = model
        self._preset_name = preset_name
        on = context.connections.on
        for changed in (model.modelReset, model.completed, model.rowsInserted, model.rowsRemoved):
            on(changed, self._show_count)
        on(self._bar.filters_requested, self._refresh)
        self._refresh()

    def _show_count(self, *_rows: object) -> None:
        if self._model.query.matches_all:
            self._bar.field.show_count(None)
        elif self._model.is_whole:
            self._bar.field.show_count(self._model.clip_count)

    def _refresh(self) -> None:
        self._tasks.spawn(self._show_facets(), "look up what clips can be filtered by")

    async def _show_facets(self) -> None:
        facets = await self._library.filter_choices()
        self._bar.show_facets(replace(facets, presets={one: self._preset_name(one) for one in facets.presets}))
