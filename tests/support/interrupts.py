"""Ctrl-C for child processes, whatever the test run itself does about it."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

Handler = Callable[[int, FrameType | None], object] | signal.Handlers


@contextmanager
def interruptible() -> Iterator[None]:
    """Let children started in this block receive SIGINT and SIGHUP.

    A shell without job control starts background commands with SIGINT ignored, `nohup` ignores SIGHUP, and children
    inherit that. A handler of our own isn't inherited: `exec` resets it to the default.
    """
    with _handled_by(signal.default_int_handler, signal.SIGINT, signal.SIGHUP):
        yield


@contextmanager
def ignoring_interrupts() -> Iterator[None]:
    """Start the children in this block as a shell without job control does: with SIGINT ignored."""
    with _handled_by(signal.SIG_IGN, signal.SIGINT):
        yield


@contextmanager
def _handled_by(handler: Handler, *numbers: signal.Signals) -> Iterator[None]:
    before = [signal.signal(number, handler) for number in numbers]
    try:
        yield
    finally:
        for number, was in zip(numbers, before, strict=True):
            signal.signal(number, was)
