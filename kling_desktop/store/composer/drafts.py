"""The form as the user left it."""

import logging
from pathlib import Path

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.undo_history import UndoHistory
from kling_desktop.store.codec import NOWHERE, Cursor, read_cursor, read_form, write_form
from kling_desktop.store.files.atomic import kept_aside, write_whole

NO_HISTORY = UndoHistory()

log = logging.getLogger(__name__)


class DraftFile:
    """One draft and its history in a file of its own.

    trouble: the sentence for people about a file that could not be read; "" if there was none. cursor: where it stood
    in the prompt that was loaded.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.trouble = ""
        self.cursor = NOWHERE

    def save(self, draft: Draft, history: UndoHistory = NO_HISTORY, cursor: Cursor = NOWHERE) -> None:
        """Whole or not at all; OSError where the file can't be written."""
        write_whole(self._path, write_form(draft, history, cursor) + "\n")

    def load(self) -> tuple[Draft, UndoHistory] | None:
        """The draft and what can be undone; None where there is none.

        One that can't be read is told in the log and kept under another name.
        """
        try:
            text = self._path.read_text(encoding="utf-8")
            self.cursor = read_cursor(text)
            return read_form(text)
        except FileNotFoundError:
            return None
        except (UserError, OSError, UnicodeDecodeError) as error:
            self.trouble = f"The form as you left it can't be read. {kept_aside(self._path)}"
            log.error("%s %s", self.trouble, error)
            return None
