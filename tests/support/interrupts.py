"""Ctrl-C for child processes, even if the test run itself ignores it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def interruptible() -> Iterator[None]:
    """Let children started in this block receive SIGINT.

    A shell without job control starts background commands with SIGINT ignored, and children inherit that. A handler of
    our own isn't inherited: `exec` resets it to the default.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
