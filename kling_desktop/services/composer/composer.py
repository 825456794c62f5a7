"""Hold the current draft and say when what the form may offer has changed."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from psygnal import Signal

from kling_desktop.domain.request import draft_edits
from kling_desktop.domain.request.draft import Draft, Media
from kling_desktop.domain.request.form import Form, FormAction, apply_action, resolve, with_prompt
from kling_desktop.domain.request.generation_type import GenerationType, normalized, switch_type
from kling_desktop.domain.request.models import Slot, find_model
from kling_desktop.domain.request.undo_history import UndoHistory

KEY = "key"
"""The control that an obstacle outside the form leads to."""


TYPING_PAUSE = 1.0
"""Seconds without a key press after which typing counts as another step."""


class Composer:
    """The one place that a draft changes: widgets ask here, and are told through `changed`."""

    changed = Signal(Form)

    def __init__(
        self, draft: Draft | None = None, send_blocker: str = "", clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._draft = draft or Draft()
        self._history = UndoHistory()
        self._clock = clock
        self._typed_at = float("-inf")
        self._form = resolve(self._draft, find_model(self._draft.model))
        self._obstacle = send_blocker

    @property
    def draft(self) -> Draft:
        return self._draft

    @property
    def form(self) -> Form:
        return self._form

    @property
    def history(self) -> UndoHistory:
        return self._history

    @property
    def send_blocker(self) -> str:
        """Why nothing can be sent whatever the form says, no key yet for one; "" if nothing is in the way."""
        return self._obstacle

    @send_blocker.setter
    def send_blocker(self, sentence: str) -> None:
        if sentence != self._obstacle:
            self._obstacle = sentence
            self.changed.emit(self._form)

    @property
    def blocked_reason(self) -> tuple[str, str] | None:
        """(control, sentence) of what keeps Generate shut and where to mend it; None when it is open."""
        if self._form.problems:
            return self._form.problems[0]
        return (KEY, self._obstacle) if self._obstacle else None

    def edit(self, **changes: Any) -> None:
        """Set fields of the draft by name: prompt, duration, size, public, seed, mode, prompt_enhance.

        Typing without a pause is one step to undo.
        """
        typing = set(changes) == {"prompt"}
        goes_on = typing and self._clock() - self._typed_at < TYPING_PAUSE and not self._history.future
        self._apply(replace(self._draft, **changes), step=not goes_on)
        self._typed_at = self._clock() if typing else float("-inf")

    def put(self, slot: Slot, media: Media, at: int | None = None) -> None:
        self.replace(draft_edits.put(self._draft, slot, media, at))

    def remove(self, slot: Slot, at: int = 0) -> None:
        self.replace(draft_edits.remove(self._draft, slot, at, spec=self._form.spec))

    def move(self, slot: Slot, at: int, to: Slot, to_at: int) -> None:
        """Carry what lies at one place to another, its mentions with it; what fills that place takes the first."""
        self.replace(draft_edits.move(self._draft, slot, at, to, to_at, spec=self._form.spec))

    def apply_action(self, action: FormAction) -> None:
        self.replace(apply_action(self._draft, action))

    def switch_type(self, type: GenerationType) -> None:
        self.replace(switch_type(self._draft, type))

    def replace(self, draft: Draft) -> None:
        """Take another draft as it is, in one step to undo: a preset, a paste."""
        self._apply(draft, step=True)
        self._typed_at = float("-inf")

    def amend(self, change: Callable[[Draft], Draft]) -> None:
        """Change what isn't the user's doing, such as what is known of an ID: no step to undo."""
        self._apply(change(self._draft), step=False)

    def restore(self, draft: Draft, history: UndoHistory) -> None:
        """Go on where an earlier run ended."""
        self._history = history
        self._apply(draft, step=False)

    def undo(self) -> None:
        self._go(self._history.undo)

    def redo(self) -> None:
        self._go(self._history.redo)

    def _go(self, step: Callable[[Draft], tuple[Draft, UndoHistory]]) -> None:
        draft, self._history = step(self._draft)
        self._apply(draft, step=False)
        self._typed_at = float("-inf")

    def _apply(self, draft: Draft, *, step: bool) -> None:
        draft = normalized(draft)
        if draft == self._draft:
            return
        if step:
            self._history = self._history.push(self._draft)
        only_typed = replace(draft, prompt=self._draft.prompt) == self._draft
        self._draft = draft
        self._form = with_prompt(self._form, draft) if only_typed else resolve(draft, find_model(draft.model))
        self.changed.emit(self._form)
