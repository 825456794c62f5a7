"""Holds the draft being composed, resolves it to the form, and reports every change."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypedDict, Unpack

from psygnal import Signal

from kling_desktop.domain.request import draft_edits
from kling_desktop.domain.request.draft import Draft, Media
from kling_desktop.domain.request.form import Form, FormAction, Problem, apply_action, resolve, with_prompt
from kling_desktop.domain.request.generation_type import GenerationType, normalized, switch_type
from kling_desktop.domain.request.model_switch import switch_model
from kling_desktop.domain.request.model_table import find_model
from kling_desktop.domain.request.models import Size, Slot
from kling_desktop.domain.request.undo_history import UndoHistory

KEY_CONTROL = "key"
"""The control of a problem outside the form."""
TYPING_PAUSE = 1.0
"""Seconds without a key press after which typing is a new undo step."""


class DraftChanges(TypedDict, total=False):
    """Fields of a draft to set."""

    prompt: str
    duration: int
    size: Size
    public: bool
    seed: int | None
    mode: str | None
    prompt_enhance: str | None
    takes: int
    quantity: int | None
    sound: bool
    extra: Mapping[str, Any]
    extra_parameters: Mapping[str, Any]


class Composer:
    """The one place where the draft changes.

    Attributes:
        changed: Emitted with the form whenever the draft or `send_blocker` has changed.
    """

    changed = Signal(Form)

    def __init__(
        self, draft: Draft | None = None, send_blocker: str = "", clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._draft = draft or Draft()
        self._history = UndoHistory()
        self._clock = clock
        self._typed_at = float("-inf")
        self._form = resolve(self._draft, find_model(self._draft.model))
        self._send_blocker = send_blocker

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
        """Why nothing can be sent, whatever the form says: no key yet, for example. "" if something can."""
        return self._send_blocker

    @send_blocker.setter
    def send_blocker(self, sentence: str) -> None:
        if sentence != self._send_blocker:
            self._send_blocker = sentence
            self.changed.emit(self._form)

    @property
    def blocked_reason(self) -> Problem | None:
        """Why Generate is disabled, and the control where that can be fixed; None if it is enabled."""
        if self._form.problems:
            return self._form.problems[0]
        return Problem(KEY_CONTROL, self._send_blocker) if self._send_blocker else None

    def edit(self, **changes: Unpack[DraftChanges]) -> None:
        """Set fields of the draft. Typing without a pause is one undo step."""
        is_typing = set(changes) == {"prompt"}
        is_same_step = is_typing and self._clock() - self._typed_at < TYPING_PAUSE and not self._history.future
        self._apply(replace(self._draft, **changes), is_new_step=not is_same_step)
        self._typed_at = self._clock() if is_typing else float("-inf")

    def put_media(self, slot: Slot, media: Media, at: int | None = None) -> None:
        self.replace(draft_edits.put(self._draft, slot, media, at))

    def remove_media(self, slot: Slot, at: int = 0) -> None:
        self.replace(draft_edits.remove(self._draft, slot, at, spec=self._form.spec))

    def move_media(self, slot: Slot, at: int, to: Slot, to_at: int) -> None:
        """Move media with its mentions to another place, and what is there back to the first."""
        self.replace(draft_edits.move(self._draft, slot, at, to, to_at, spec=self._form.spec))

    def apply_action(self, action: FormAction) -> None:
        self.replace(apply_action(self._draft, action))

    def switch_type(self, generation_type: GenerationType) -> None:
        self.replace(switch_type(self._draft, generation_type))

    def switch_model(self, model_id: str) -> tuple[str, ...]:
        """Ask another model for the same clip, in one undo step, and return what changed, a sentence each."""
        switch = switch_model(self._draft, self._form.spec, find_model(model_id))
        self.replace(switch.draft)
        return switch.changes

    def replace(self, draft: Draft) -> None:
        """Replace the whole draft, such as by a preset or a paste, in one undo step."""
        self._apply(draft, is_new_step=True)
        self._typed_at = float("-inf")

    def amend(self, change: Callable[[Draft], Draft]) -> None:
        """Change what the user didn't do, such as what is known of an ID, without an undo step."""
        self._apply(change(self._draft), is_new_step=False)

    def restore(self, draft: Draft, history: UndoHistory) -> None:
        """Continue where an earlier run ended."""
        self._history = history
        self._apply(draft, is_new_step=False)

    def undo(self) -> None:
        self._step(self._history.undo)

    def redo(self) -> None:
        self._step(self._history.redo)

    def _step(self, step: Callable[[Draft], tuple[Draft, UndoHistory]]) -> None:
        draft, self._history = step(self._draft)
        self._apply(draft, is_new_step=False)
        self._typed_at = float("-inf")

    def _apply(self, draft: Draft, *, is_new_step: bool) -> None:
        draft = normalized(draft)
        if draft == self._draft:
            return
        if is_new_step:
            self._history = self._history.push(self._draft)
        is_only_prompt = replace(draft, prompt=self._draft.prompt) == self._draft
        self._draft = draft
        self._form = with_prompt(self._form, draft) if is_only_prompt else resolve(draft, find_model(draft.model))
        self.changed.emit(self._form)
