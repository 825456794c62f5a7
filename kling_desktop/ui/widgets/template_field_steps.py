"""Moving between the template fields of a prompt, and filling them with their last values."""

from collections.abc import Callable

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QTextEdit

from kling_desktop.domain.request.template_fields import find_fields
from kling_desktop.ui.widgets.prompt_highlighter import utf16_units


class TemplateFieldSteps:
    """Selects them in `edit`. text() returns its text, with line ends as "\\n"."""

    def __init__(self, edit: QTextEdit, text: Callable[[], str]) -> None:
        self._edit = edit
        self._text = text
        self.names: tuple[str, ...] = ()
        """The names of the template fields; other text in braces isn't one."""
        self.offered_for: Callable[[str], str] = lambda _blank: ""
        """A suggestion for the field of that name."""

    @property
    def selected(self) -> str:
        """The name of the selected field; "" if there is none."""
        selected = self._edit.textCursor().selectedText()
        found = find_fields(selected, self.names) if self.names and selected else ()
        return found[0].name if found and len(selected) == found[0].stop - found[0].start else ""

    def select_next(self, forward: bool = True) -> bool:
        """Select the next field after the cursor, or the previous one, to type over it; False if there is none."""
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
        """Insert the suggestion for the selected field; False if there is no field or suggestion."""
        offered = self.offered_for(self.selected)
        if offered:
            self._edit.textCursor().insertText(offered)
        return bool(offered)
