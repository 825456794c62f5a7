"""Short lists that the user adds to and removes from, kept in files that people can read."""

import asyncio
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from kling_desktop.controllers.context import AppContext
from kling_desktop.controllers.undo_message import undo_message
from kling_desktop.domain.errors import os_error_reason
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message


class Named(Protocol):
    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=Named)
Write = Callable[[T], tuple[T, ...]]


class SavedList(Generic[T]):
    """Shows the list after every change.

    Args:
        read, add, remove: those of the file. They block; add and remove return the whole list.
        show: puts the list where it is offered.
        problem: what a message says when the file can't be written, such as "The snippets can't be saved: {reason}."
    """

    def __init__(
        self,
        context: AppContext,
        read: Callable[[], tuple[T, ...]],
        add: Write[T],
        remove: Write[T],
        show: Callable[[tuple[T, ...]], None],
        problem: str,
    ) -> None:
        self._context = context
        self._read = read
        self._add = add
        self._remove = remove
        self._show = show
        self._problem = problem

    async def open(self) -> None:
        """Read the list and show it."""
        self._show(await asyncio.to_thread(self._read))

    async def add(self, item: T) -> bool:
        """Returns whether the item is in the file now."""
        return await self._write(self._add, item)

    async def remove(self, item: T) -> None:
        """Remove the item and offer to bring it back."""
        if await self._write(self._remove, item):
            self._context.messages.show_now(undo_message(f"“{item.name}” was removed.", lambda: self._undo(item)))

    def _undo(self, item: T) -> None:
        self._context.tasks.spawn(self._write(self._add, item), f"bring “{item.name}” back")

    async def _write(self, write: Write[T], item: T) -> bool:
        try:
            self._show(await asyncio.to_thread(write, item))
        except OSError as error:
            self._context.messages.show_now(Message(self._problem.format(reason=os_error_reason(error)), Tone.BAD))
            return False
        return True
