"""The blanks of a prompt while it is written: from one to the next, and filled as they were the last time."""

from collections.abc import Callable

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QTextEdit

from kling_desktop.domain.request.template_fields import find_fields
from kling_desktop.ui.widgets.prompt_highlighter import utf16_units


class TemplateFieldSteps:
    """Selects them in `edit`. text() is what is written there, line ends as "\\n"."""

    def __init__(self, edit: QTextEdit, text: Callable[[], str]) -> None:
        self._edit = edit
        self._text = text
        self.names: tuple[str, ...] = ()
        """Of the blanks, in braces in the text; what else stands in braces is none."""
        self.offered_for: Callable[[str], str] = lambda _blank: ""
        """What may stand for a blank of that name."""

    @property
    def selected(self) -> str:
        """The name of the blank that is selected; "" where none is."""
        selected = self._edit.textCursor().selectedText()
        found = find_fields(selected, self.names) if self.names and selected else ()
        return found[0].name if found and len(selected) == found[0].stop - found[0].start else ""

    def select_next(self, forward: bool = True) -> bool:
        """Select the next one after the cursor, or the one before it, to be written over; False if there is none."""
        text = self._text()
        blanks = find_fields(text, self.names) if self.names else ()
        cursor = self._edit.textCursor()
        at = cursor.selectionEnd() if forward else cursor.selectionStart()
        places = [(utf16_units(text[: blank.start]), utf16_units(text[: blank.stop])) for blank in blanks]
        after = [place for place in places if (place[0] >= at if forward else place[1] <= at)]
        if not after:
            return False
        start, stop = after[0] if forward else after[-1]
        cursor.setPosition(start)
        cursor.setPosition(stop, QTextCursor.MoveMode.KeepAnchor)
        self._edit.setTextCursor(cursor)
        return True

    def fill_selected(self) -> bool:
        """Write what is offered for the one that is selected; False where none is, or nothing is offered."""
        offered = self.offered_for(self.selected)
        if offered:
            self._edit.textCursor().insertText(offered)
        return bool(offered)
