"""Undo and redo as lists of drafts."""

from dataclasses import dataclass, replace

from kling_desktop.domain.request.draft import Draft

LONGEST = 500
"""Steps that are kept."""


@dataclass(frozen=True, slots=True)
class History:
    """What was before (oldest first) and what was undone (next first)."""

    past: tuple[Draft, ...] = ()
    future: tuple[Draft, ...] = ()

    def after(self, before: Draft) -> "History":
        """The history once something other than `before` is in force; what was undone is out of reach then."""
        return History((*self.past, before)[-LONGEST:])

    def undone(self, now: Draft) -> tuple[Draft, "History"]:
        """The draft before, and the history from there; nothing changes where nothing was before."""
        if not self.past:
            return now, self
        return self.past[-1], History(self.past[:-1], (now, *self.future))

    def redone(self, now: Draft) -> tuple[Draft, "History"]:
        if not self.future:
            return now, self
        return self.future[0], replace(self, past=(*self.past, now), future=self.future[1:])
