"""Messages that offer to bring back what was removed."""

from collections.abc import Callable
from typing import Generic, TypeVar

from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import UNDO, Message, MessageBar

UNDO_SECONDS = 10.0
T = TypeVar("T")


def undo_message(sentence: str, undo: Callable[[], None]) -> Message:
    """A removal that can be undone for some seconds."""
    return Message(sentence, Tone.OK, UNDO, undo, seconds=UNDO_SECONDS)


class UndoMessage(Generic[T]):
    """One message for all that is removed while it is shown: its button brings all of it back.

    message(items, undo) words it; undo(items) brings them back.
    """

    def __init__(
        self,
        messages: MessageBar,
        message: Callable[[tuple[T, ...], Callable[[], None]], Message],
        undo: Callable[[tuple[T, ...]], None],
    ) -> None:
        self._messages = messages
        self._message = message
        self._undo = undo
        self._items: tuple[T, ...] = ()
        self._shown = Message("")

    def add(self, *items: T) -> None:
        """Show what has been removed, together with what went before it if that is still shown."""
        still_shown = self._messages.message is self._shown
        gone = self._items = (*self._items, *items) if still_shown else items
        self._shown = self._message(gone, lambda: self._undo(gone))
        self._messages.show_now(self._shown)
