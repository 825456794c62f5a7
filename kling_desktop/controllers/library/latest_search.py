"""Shows the clips of a query in the grid: the first at once, all of them as soon as they are found."""

from collections.abc import Callable, Sequence

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.library.clip_query import ClipQuery, SearchResult
from kling_desktop.services.library.library import Library
from kling_desktop.ui.library.model.library_model import LibraryModel

_IN_SIGHT = 48
"""Clips fetched with the first answer, so that no screen shows an empty card that it could have filled."""


class LatestSearch:
    """Of several searches that run at once, only the last one is shown. jobs() returns those with a card among the
    clips.
    """

    def __init__(
        self, library: Library, model: LibraryModel, query: ClipQuery, jobs: Callable[[], Sequence[Job]]
    ) -> None:
        self._library = library
        self._model = model
        self._query = query
        self._jobs = jobs
        self._version = 0

    @property
    def lists_new_clips(self) -> bool:
        """Whether a new clip has its place in what is shown, without another search."""
        return self._query.is_plain and self._model.query == self._query

    def expire(self) -> None:
        """A clip has come or gone: what is being found is out of date."""
        self._version += 1

    async def run(self, query: ClipQuery) -> None:
        """Show the clips of a query, the first of them before all are found."""
        self._query = query
        # A query that is shown already is shown again as a whole: whoever is far down in it stays there.
        if query == self._model.query or await self._show_first(query):
            await self._show_all(query)

    async def run_again(self) -> None:
        """For the query that is wanted by now: the user may have searched since this was started."""
        await self.run(self._query)

    async def show_first(self) -> None:
        """Return once the first clips are in sight."""
        if self._query.is_plain:
            await self._show_first(self._query)
        else:
            await self.run_again()

    async def _show_first(self, query: ClipQuery) -> bool:
        """Returns whether there may be more than is shown then."""
        version = self._version
        found = await self._library.find_first(query, _IN_SIGHT)
        shown = bool(found.numbers or not found.has_more) and await self._show(found, version)
        return found.has_more or not shown

    async def _show_all(self, query: ClipQuery) -> None:
        shown = False
        while query is self._query and not shown:
            version = self._version
            shown = await self._show(await self._library.find(query), version)

    async def _show(self, found: SearchResult, version: int) -> bool:
        """Returns whether it is shown: not if another query is wanted by now, or if it is out of date."""
        if found.query is not self._query:
            return False
        numbers = found.numbers[:_IN_SIGHT]
        first = await self._library.get_clips([number for number in numbers if not self._model.loaded_clip(number)])
        if version != self._version or found.query is not self._query:
            return False
        self._model.show(found, self._jobs())
        self._model.add_loaded(first)
        return True
