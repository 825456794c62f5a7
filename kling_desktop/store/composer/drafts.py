"""The form as the user left it."""

import logging
from pathlib import Path

from kling_desktop.atomic_file import write_atomic
from kling_desktop.domain.errors import UserError
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.undo_history import UndoHistory
from kling_desktop.store.codec import PROMPT_START, Cursor, read_cursor, read_draft, unwritable_values, write_draft

NO_HISTORY = UndoHistory()

log = logging.getLogger(__name__)


class DraftFile:
    """A file for one draft and its history.

    Attributes:
        problem: Why the file couldn't be read, as a message for the user; "" if it could.
        cursor: Where the cursor was in the prompt that was loaded.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.problem = ""
        self.cursor = PROMPT_START

    def save(self, draft: Draft, history: UndoHistory = NO_HISTORY, cursor: Cursor = PROMPT_START) -> tuple[str, ...]:
        """Write the file atomically. Raises OSError if that fails.

        Returns:
            The names of the values that no file can hold, and that were left out.
        """
        write_atomic(self._path, write_draft(draft, history, cursor) + "\n")
        return unwritable_values(draft)

    def load(self) -> tuple[Draft, UndoHistory] | None:
        """Return the draft and its history; None if there is none.

        A file that can't be read is logged and kept under another name.
        """
        try:
            text = self._path.read_text(encoding="utf-8")
            self.cursor = read_cursor(text)
            return read_draft(text)
        except FileNotFoundError:
            return None
        except (UserError, OSError, UnicodeDecodeError) as error:
            from kling_desktop.store.files.broken_file import keep_broken_file  # only when something is wrong

            self.problem = f"The saved form can't be read. {keep_broken_file(self._path)}"
            log.error("%s %s", self.problem, error)
            return None
