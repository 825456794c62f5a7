"""The app's log: a few small files that only their owner can read.

What the user writes doesn't belong into a log. Errors of other libraries repeat what they were given, and some list
local variables; of those only the kind of error and the place in the code are kept.
"""

import io
import logging
import logging.handlers
import os
import sys
import traceback
from pathlib import Path
from types import TracebackType

from kling_desktop.domain.errors import KlingError

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_MAX_BYTES, _BACKUPS = 1_000_000, 3

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def start_log(folder: Path, name: str = "kling-desktop.log", *, or_to_terminal: bool = True) -> logging.Handler:
    """Log to a few files from now on. If the disk takes none, warnings go to the terminal, or nowhere."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = _PrivateFileHandler(
            folder / name, maxBytes=_MAX_BYTES, backupCount=_BACKUPS, encoding="utf-8"
        )
    except OSError:
        handler = logging.StreamHandler(sys.stderr) if or_to_terminal else logging.NullHandler()
        handler.setLevel(logging.WARNING)
    logging.raiseExceptions = False  # no tracebacks on the terminal once the disk is full
    handler.setFormatter(DiscreetFormatter(_FORMAT))
    logging.getLogger().addHandler(handler)
    logging.getLogger("kling_desktop").setLevel(logging.INFO)
    return handler


class DiscreetFormatter(logging.Formatter):
    """Writes where an error came from and of what kind it is, but no words of other libraries."""

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # another handler may have written it with all words
        if record.name == "asyncio":  # names the task or callback with all that it was given
            record = logging.makeLogRecord({**vars(record), "msg": record.getMessage().split("\n")[0], "args": None})
        text = super().format(record)
        record.exc_text = None
        return text

    def formatException(self, ei: ExceptionInfo) -> str:
        parts = list[str]()
        error, seen = ei[1], set[int]()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            words = f": {error}" if isinstance(error, KlingError) else ""
            stack = "".join(traceback.format_tb(error.__traceback__)).rstrip()
            parts.append(f"{stack}\n{type(error).__name__}{words}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\ncaused by\n".join(parts)


class _PrivateFileHandler(logging.handlers.RotatingFileHandler):
    def _open(self) -> io.TextIOWrapper:
        handle = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return io.TextIOWrapper(io.FileIO(handle, "a"), encoding=self.encoding, errors=self.errors, write_through=True)
