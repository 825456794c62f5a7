"""Finding clips in the window: what is typed and clicked is asked of the library; kept searches are written down."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from kling_desktop.controllers.library.library_view import LibraryController
from kling_desktop.domain.errors import os_error_reason
from kling_desktop.domain.library.clip_query import SavedSearch
from kling_desktop.domain.presets.preset import Preset
from kling_desktop.store.library.saved_searches import SavedSearchFile
from kling_desktop.ui.library.model.library_model import LibraryModel
from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.search.search_bar import SearchBar
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message, MessageBar

if TYPE_CHECKING:
    from kling_desktop.services.library.library import Library

_UNDO_SECONDS = 10.0


class SearchController:
    """Fills the finder with what there is to filter by, and the grid with what was asked for."""

    def __init__(
        self,
        finder: SearchBar,
        shown: LibraryController,
        file: SavedSearchFile,
        preset: Callable[[str], Preset | None],
        messages: MessageBar,
        tasks: Tasks,
    ) -> None:
        self._finder = finder
        self._file = file
        self._preset = preset
        self._messages = messages
        self._tasks = tasks
        self._library: Library | None = None
        model = shown.model
        for changed in (model.modelReset, model.completed, model.rowsInserted, model.rowsRemoved):
            changed.connect(lambda *_: self._tell_found(model))
        finder.query_changed.connect(lambda query: tasks.spawn(shown.look_up(query), "find clips"))
        finder.filters_opening.connect(self._learn)
        finder.save_requested.connect(lambda search: tasks.spawn(self._keep(search), "keep a search"))
        finder.removal_requested.connect(lambda search: tasks.spawn(self._remove(search), "remove a search"))

    def _tell_found(self, model: LibraryModel) -> None:
        if model.query.matches_all:
            self._finder.field.show_count(None)
        elif model.is_whole:
            self._finder.field.show_count(model.clip_count)

    async def open(self) -> None:
        """Read the searches that were kept."""
        self._finder.show_saved(await asyncio.to_thread(self._file.read))

    def follow(self, library: "Library | None") -> None:
        """Find in this one from now on."""
        self._library = library
        self._learn()

    def _learn(self) -> None:
        if self._library:
            self._tasks.spawn(self._show_known(self._library), "learn what clips can be found by")

    async def _show_known(self, library: "Library") -> None:
        known = await library.filter_choices()
        if library is self._library:
            found = {one: self._preset(one) for one in known.presets}
            presets = {one: preset.name if preset else "" for one, preset in found.items()}
            self._finder.show_facets(replace(known, presets=presets))

    async def _keep(self, search: SavedSearch) -> None:
        if await self._written(self._file.save, search):
            self._messages.show_now(Message(f"“{search.name}” is among your filters now.", Tone.OK))

    async def _remove(self, search: SavedSearch) -> None:
        if await self._written(self._file.remove, search):
            again = partial(self._undo, search)
            self._messages.show_now(Message(f"“{search.name}” is removed.", Tone.OK, "Undo", again, _UNDO_SECONDS))

    def _undo(self, search: SavedSearch) -> None:
        self._tasks.spawn(self._written(self._file.save, search), "bring a search back")

    async def _written(self, write: Callable[[SavedSearch], tuple[SavedSearch, ...]], search: SavedSearch) -> bool:
        try:
            self._finder.show_saved(await asyncio.to_thread(write, search))
        except OSError as error:
            self._messages.show_now(Message(f"The searches can't be written: {os_error_reason(error)}.", Tone.BAD))
            return False
        return True
