"""The form as the user left it."""

import logging
from pathlib import Path

from kling_desktop.domain.draft import Draft
from kling_desktop.domain.errors import NotUsable
from kling_desktop.store.atomic import kept_aside, write_whole
from kling_desktop.store.codec import read_draft, write_draft

log = logging.getLogger(__name__)


class DraftFile:
    """One draft in a file of its own.

    trouble: the sentence for people about a file that could not be read; "" if there was none.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.trouble = ""

    def save(self, draft: Draft) -> None:
        """Whole or not at all; OSError where the file can't be written."""
        write_whole(self._path, write_draft(draft, indent=2) + "\n")

    def load(self) -> Draft | None:
        """None where there is no draft. One that can't be read is told in the log and kept under another name."""
        try:
            return read_draft(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (NotUsable, OSError, UnicodeDecodeError) as error:
            self.trouble = f"The form as you left it can't be read. {kept_aside(self._path)}"
            log.error("%s %s", self.trouble, error)
            return None
