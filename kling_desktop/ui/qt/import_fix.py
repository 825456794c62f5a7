"""PySide6, loaded so that Python goes on importing as it does without it."""

import builtins


def load() -> None:
    """To be called before anything else imports PySide6.

    PySide6 puts an import of its own in the place of Python's. It reads the source of every module that is imported
    from then on, in search of `from __feature__ import …`, which this app has no use for: a twelfth of a start, and
    every line stays in memory.
    """
    usual = builtins.__import__
    import PySide6  # noqa: F401  # for what it does to the import

    builtins.__import__ = usual
