"""Messages that offer to bring back what was removed."""

from collections.abc import Callable
from typing import Generic, TypeVar

from kling_desktop.domain.jobs.cancellation import UNDO_SECONDS
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import UNDO, Message, MessageBar

T = TypeVar("T")


def undo_message(sentence: str, undo: Callable[[], None]) -> Message:
    """A removal that can be undone for some seconds."""
    return Message(sentence, Tone.OK, UNDO, undo, seconds=UNDO_SECONDS)


class UndoMessage(Generic[T]):
    """One message for all that is removed while it is shown: its button brings all of it back.

    describe(items) words it, undo(items) brings them back, action(items) is what the button says.
    """

    def __init__(
        self,
        messages: MessageBar,
        describe: Callable[[tuple[T, ...]], str],
        undo: Callable[[tuple[T, ...]], None],
        action: Callable[[tuple[T, ...]], str] = lambda _items: UNDO,
        *,
        tone: Tone = Tone.OK,
        seconds: float = UNDO_SECONDS,
    ) -> None:
        self._messages = messages
        self._describe = describe
        self._undo = undo
        self._action = action
        self._tone = tone
        self._seconds = seconds
        self._items: tuple[T, ...] = ()
        self._shown = Message("")

    def add(self, *items: T, sentence: str = "") -> None:
        """Show what has been removed, together with what went before it if that is still shown.

        sentence: says it better than `describe` as long as nothing else is with it.
        """
        if self._messages.message is self._shown:
            items, sentence = (*self._items, *items), ""
        self._items = items
        self._shown = Message(
            sentence or self._describe(items),
            self._tone,
            self._action(items),
            lambda: self._undo(items),
            seconds=self._seconds,
        )
        self._messages.show_now(self._shown)
