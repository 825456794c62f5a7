"""Hold the current draft and say when what the form may offer has changed."""

from dataclasses import replace
from typing import Any

from psygnal import Signal

from kling_desktop.domain import edits
from kling_desktop.domain.draft import Draft, Media
from kling_desktop.domain.form import Action, Form, act, resolve
from kling_desktop.domain.model import Slot
from kling_desktop.domain.ways import Way, use_way

KEY = "key"
"""The control that an obstacle outside the form leads to."""


class Composer:
    """The one place that a draft changes: widgets ask here, and are told through `changed`."""

    changed = Signal(Form)

    def __init__(self, draft: Draft | None = None, obstacle: str = "") -> None:
        self._draft = draft or Draft()
        self._form = resolve(self._draft)
        self._obstacle = obstacle

    @property
    def draft(self) -> Draft:
        return self._draft

    @property
    def form(self) -> Form:
        return self._form

    @property
    def obstacle(self) -> str:
        """Why nothing can be sent whatever the form says, no key yet for one; "" if nothing is in the way."""
        return self._obstacle

    @obstacle.setter
    def obstacle(self, sentence: str) -> None:
        if sentence != self._obstacle:
            self._obstacle = sentence
            self.changed.emit(self._form)

    @property
    def why_not(self) -> tuple[str, str] | None:
        """(control, sentence) of what keeps Generate shut and where to mend it; None when it is open."""
        if self._form.problems:
            return self._form.problems[0]
        return (KEY, self._obstacle) if self._obstacle else None

    def edit(self, **changes: Any) -> None:
        """Set fields of the draft by name: prompt, duration, size, public, seed, mode, prompt_enhance."""
        self.replace(replace(self._draft, **changes))

    def put(self, slot: Slot, media: Media, at: int | None = None) -> None:
        self.replace(edits.put(self._draft, slot, media, at))

    def take_out(self, slot: Slot, at: int = 0) -> None:
        self.replace(edits.take_out(self._draft, slot, at))

    def act(self, action: Action) -> None:
        self.replace(act(self._draft, action))

    def use_way(self, way: Way) -> None:
        self.replace(use_way(self._draft, way))

    def replace(self, draft: Draft) -> None:
        """Take another draft as it is: a preset, a paste, an undo."""
        self._draft = draft
        form = resolve(draft)
        if form != self._form:
            self._form = form
            self.changed.emit(form)
