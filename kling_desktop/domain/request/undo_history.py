"""Undo and redo as lists of drafts."""

from dataclasses import dataclass, replace

from kling_desktop.domain.request.draft import Draft

MAX_STEPS = 500
"""Steps that are kept."""


@dataclass(frozen=True, slots=True)
class UndoHistory:
    """What was before (oldest first) and what was undone (next first)."""

    past: tuple[Draft, ...] = ()
    future: tuple[Draft, ...] = ()

    def push(self, before: Draft) -> "UndoHistory":
        """The history once something other than `before` is in force; what was undone is out of reach then."""
        return UndoHistory((*self.past, before)[-MAX_STEPS:])

    def undo(self, now: Draft) -> tuple[Draft, "UndoHistory"]:
        """The draft before, and the history from there; nothing changes where nothing was before."""
        if not self.past:
            return now, self
        return self.past[-1], UndoHistory(self.past[:-1], (now, *self.future))

    def redo(self, now: Draft) -> tuple[Draft, "UndoHistory"]:
        if not self.future:
            return now, self
        return self.future[0], replace(self, past=(*self.past, now), future=self.future[1:])
