"""Asks about the IDs in the form as they come in, and puts what is learned into it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import KlingError
from kling_desktop.domain.request.id_lookup import LookupResult, unresolved, with_result, without_results
from kling_desktop.services.composer.composer import Composer
from kling_desktop.ui.qt.tasks import Tasks

if TYPE_CHECKING:
    from kling_desktop.services.composer.id_lookup import IdLookup


class IdLookupController:
    """What is learned is no step of its own to undo; an earlier draft that comes back learns it again at once.

    tell(sentence): what the user did not expect. looked: a picture may have come.
    """

    def __init__(
        self, composer: Composer, tasks: Tasks, tell: Callable[[str], None], looked: Callable[[], None]
    ) -> None:
        self._composer = composer
        self._tasks = tasks
        self._tell = tell
        self._looked = looked
        self._lookups: IdLookup | None = None
        self._answers: dict[tuple[str, bool], LookupResult] = {}
        self._asking: set[tuple[str, bool]] = set()
        composer.changed.connect(self._look)

    def follow(self, lookups: "IdLookup | None") -> None:
        """Ask that account from now on; what another one said of these IDs means nothing here."""
        self._lookups = lookups
        self._answers.clear()
        self._asking.clear()
        self._composer.amend(without_results)
        self._look()

    def picture_of(self, media_id: str) -> Path | None:
        return self._lookups.cached_picture(media_id) if self._lookups else None

    def _look(self, _form: object = None) -> None:
        if self._lookups is None:
            return
        for asked in unresolved(self._composer.draft):
            if answer := self._answers.get(asked):
                self._composer.amend(partial(with_result, result=answer))
            elif asked not in self._asking:
                self._asking.add(asked)
                self._tasks.spawn(self._ask(self._lookups, asked), f"look up {asked[0]}")

    async def _ask(self, lookups: "IdLookup", asked: tuple[str, bool]) -> None:
        try:
            answer = await lookups.look_up(asked[0], is_video=asked[1])
        except KlingError:  # offline, it stays a plain ID; asked again at the next connection
            return
        if lookups is not self._lookups:
            return
        self._answers[asked] = answer
        if asked in unresolved(self._composer.draft):
            self._composer.amend(partial(with_result, result=answer))
            if answer.note:
                self._tell(answer.note)
        self._looked()
