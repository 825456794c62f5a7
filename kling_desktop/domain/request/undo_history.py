"""Undo and redo as lists of drafts."""

from dataclasses import dataclass, replace

from kling_desktop.domain.request.draft import Draft

MAX_STEPS = 500


@dataclass(frozen=True, slots=True)
class UndoHistory:
    """The drafts to go back to (oldest first) and those that were undone (next first)."""

    past: tuple[Draft, ...] = ()
    future: tuple[Draft, ...] = ()

    def push(self, before: Draft) -> "UndoHistory":
        """Return the history after a change to the draft `before`. What was undone can't be redone any more."""
        return UndoHistory((*self.past, before)[-MAX_STEPS:])

    def undo(self, now: Draft) -> tuple[Draft, "UndoHistory"]:
        """Return the previous draft and the history from there; both unchanged if there is none."""
        if not self.past:
            return now, self
        return self.past[-1], UndoHistory(self.past[:-1], (now, *self.future))

    def redo(self, now: Draft) -> tuple[Draft, "UndoHistory"]:
        """Return the draft that was undone last and the history from there; both unchanged if there is none."""
        if not self.future:
            return now, self
        return self.future[0], replace(self, past=(*self.past, now), future=self.future[1:])
