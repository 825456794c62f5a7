"""Looks up the IDs in the form as they come in, and puts what the service says about them into it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from kling_desktop.controllers.context import AppContext
from kling_desktop.domain.errors import KlingError
from kling_desktop.domain.request.id_lookup import LookupResult, unresolved, with_result, without_results
from kling_desktop.services.composer.composer import Composer
from kling_desktop.services.composer.id_lookup import IdLookup


class IdLookupController:
    """A result is no step of its own to undo. An earlier draft that comes back gets its results again at once.

    posters_found is called when `poster_of` may have more to answer.
    """

    def __init__(
        self, context: AppContext, composer: Composer, lookups: IdLookup, posters_found: Callable[[], object]
    ) -> None:
        self._context = context
        self._composer = composer
        self._lookups = lookups
        self._posters_found = posters_found
        self._results: dict[tuple[str, bool], LookupResult] = {}
        self._running: set[tuple[str, bool]] = set()
        # What another account said about these IDs means nothing in this one.
        composer.amend(without_results)
        context.connections.on(composer.changed, self._update)
        self._update()

    def poster_of(self, media_id: str) -> Path | None:
        return self._lookups.cached_picture(media_id)

    def _update(self, _form: object = None) -> None:
        for wanted in unresolved(self._composer.draft):
            if result := self._results.get(wanted):
                self._composer.amend(partial(with_result, result=result))
            elif wanted not in self._running:
                self._running.add(wanted)
                self._context.tasks.spawn(self._look_up(wanted), f"look up {wanted[0]}")

    async def _look_up(self, wanted: tuple[str, bool]) -> None:
        try:
            result = await self._lookups.look_up(wanted[0], is_video=wanted[1])
        except KlingError:  # offline, it stays a plain ID; it is looked up again at the next connection
            return
        self._results[wanted] = result
        if wanted in unresolved(self._composer.draft):
            self._composer.amend(partial(with_result, result=result))
            if result.note:
                self._context.post(result.note)
        self._posters_found()
