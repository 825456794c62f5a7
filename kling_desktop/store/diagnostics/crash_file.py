"""Notes where the program was when it crashed, in a file that the next start finds. It is never sent anywhere."""

import faulthandler
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

_NAME = "crash.log"
_KEPT = "crash %Y-%m-%d %H%M%S.log"


class CrashFile:
    """While it is open, a crash in a library leaves the names of the functions that were running, without values.

    Attributes:
        earlier: The report of a crash of an earlier run; None if there is none.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / _NAME
        self._file: IO[bytes] | None = None
        self.earlier = self._keep_earlier()
        with suppress(OSError):  # without a place for it, the app starts all the same
            folder.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("wb")
            faulthandler.enable(self._file)

    def close(self) -> None:
        """The program ends as it should."""
        if self._file is not None:
            faulthandler.disable()
            self._file.close()
            with suppress(OSError):
                self._path.unlink(missing_ok=True)

    def _keep_earlier(self) -> Path | None:
        """Give the report of an earlier crash a name of its own. A run that was killed has left an empty one."""
        try:
            state = self._path.stat()
            if not state.st_size:
                return None
            kept = self._path.with_name(time.strftime(_KEPT, time.localtime(state.st_mtime)))
            self._path.replace(kept)
        except OSError:
            return None
        return kept
