"""Calls for something that isn't there yet."""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class DeferredCalls(Generic[T]):
    """Makes each call at once, or as soon as there is something to make it on."""

    def __init__(self) -> None:
        self._target: T | None = None
        self._waiting: list[Callable[[T], object]] = []

    @property
    def target(self) -> T | None:
        return self._target

    def call(self, act: Callable[[T], object]) -> None:
        if self._target is None:  # the window shows before anything works behind it, or without a session
            self._waiting.append(act)
        else:
            act(self._target)

    def call_now(self, act: Callable[[T], object]) -> None:
        """Make the call only if there is something to make it on."""
        if self._target is not None:  # the window may be closed before there is a session
            act(self._target)

    def resolve(self, target: T) -> None:
        """Make what has been called for, in its order."""
        self._target = target
        waiting, self._waiting = self._waiting, []
        for act in waiting:
            act(target)

    def withdraw(self) -> None:
        """There is nothing to make calls on any more. New ones wait for the next target."""
        self._target = None
