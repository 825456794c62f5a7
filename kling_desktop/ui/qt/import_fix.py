"""Loads PySide6 so that Python keeps its own import function."""

import builtins


def load() -> None:
    """Call this before anything else imports PySide6.

    PySide6 replaces Python's import with its own, which reads the source of every module imported afterwards in search
    of `from __feature__ import …`. This app doesn't use that: it would cost a twelfth of the start, and every line
    would stay in memory.
    """
    usual = builtins.__import__
    import PySide6  # noqa: F401  # for what it does to the import

    builtins.__import__ = usual
