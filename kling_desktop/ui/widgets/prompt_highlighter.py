"""Highlights in the prompt."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import NamedTuple

from PySide6.QtGui import QSyntaxHighlighter, QTextCharFormat, QTextDocument

from kling_desktop.ui.theme import Theme


class HighlightKind(StrEnum):
    """Why a part of the prompt is highlighted."""

    MENTION = "mention"
    DANGLING = "dangling"
    BLANK = "blank"


class Highlight(NamedTuple):
    """A part of a line, `start` to before `stop`, in code points."""

    start: int
    stop: int
    kind: HighlightKind


class PromptHighlighter(QSyntaxHighlighter):
    """Colours what `marks_in` finds in each line.

    A highlighter, because Qt asks it only about changed lines; a list of selections would be built and painted again at
    each key press.
    """

    def __init__(self, theme: Theme, document: QTextDocument, marks_in: Callable[[str], Sequence[Highlight]]) -> None:
        super().__init__(document)
        self._theme = theme
        self._marks_in = marks_in
        self._looks = _looks(theme)

    def highlightBlock(self, text: str) -> None:
        one_unit_each = text.isascii()
        for start, stop, kind in self._marks_in(text):
            if not one_unit_each:
                start, stop = utf16_units(text[:start]), utf16_units(text[:stop])
            self.setFormat(start, stop - start, self._looks[kind])

    def take_colours(self) -> None:
        """Call it when the theme has changed."""
        self._looks = _looks(self._theme)
        self.rehighlight()


def _looks(theme: Theme) -> dict[HighlightKind, QTextCharFormat]:
    tokens = theme.tokens
    mention, dangling, blank = QTextCharFormat(), QTextCharFormat(), QTextCharFormat()
    mention.setForeground(tokens.accent)
    mention.setBackground(tokens.accent_soft)
    dangling.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DashUnderline)
    dangling.setUnderlineColor(tokens.accent)
    blank.setForeground(tokens.odd)
    blank.setBackground(tokens.hover)
    return {HighlightKind.MENTION: mention, HighlightKind.DANGLING: dangling, HighlightKind.BLANK: blank}


def utf16_units(text: str) -> int:
    """Qt counts positions in these units, people count code points."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf16_head(text: str, units: int) -> str:
    """The first `units` of Qt's positions."""
    if text.isascii():
        return text[:units]
    return text.encode("utf-16-le", "surrogatepass")[: 2 * units].decode("utf-16-le", "surrogatepass")
