"""The form as the user left it."""

import logging
from pathlib import Path

from kling_desktop.atomic_file import write_atomic
from kling_desktop.domain.errors import UserError
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.undo_history import UndoHistory
from kling_desktop.store.codec import PROMPT_START, Cursor, read_cursor, read_draft, write_draft
from kling_desktop.store.files.broken_file import keep_broken_file

NO_HISTORY = UndoHistory()

log = logging.getLogger(__name__)


class DraftFile:
    """One draft and its history in a file of its own.

    trouble: the sentence for people about a file that could not be read; "" if there was none. cursor: where it stood
    in the prompt that was loaded.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.problem = ""
        self.cursor = PROMPT_START

    def save(self, draft: Draft, history: UndoHistory = NO_HISTORY, cursor: Cursor = PROMPT_START) -> None:
        """Whole or not at all; OSError where the file can't be written."""
        write_atomic(self._path, write_draft(draft, history, cursor) + "\n")

    def load(self) -> tuple[Draft, UndoHistory] | None:
        """The draft and what can be undone; None where there is none.

        One that can't be read is told in the log and kept under another name.
        """
        try:
            text = self._path.read_text(encoding="utf-8")
            self.cursor = read_cursor(text)
            return read_draft(text)
        except FileNotFoundError:
            return None
        except (UserError, OSError, UnicodeDecodeError) as error:
            self.problem = f"The saved form can't be read. {keep_broken_file(self._path)}"
            log.error("%s %s", self.problem, error)
            return None
