"""The prompt editor: the largest thing on the left."""

from collections.abc import Callable, Sequence
from itertools import takewhile
from math import ceil
from typing import Final

from PySide6.QtCore import QEvent, QKeyCombination, QMimeData, QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragLeaveEvent,
    QDropEvent,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QLabel, QTextEdit, QWidget

from kling_desktop.ui.theme import RADIUS, SIZE, Theme
from kling_desktop.ui.widgets.prompt_counter import PromptCounter
from kling_desktop.ui.widgets.prompt_highlighter import Highlight, PromptHighlighter, utf16_head, utf16_units
from kling_desktop.ui.widgets.template_field_steps import TemplateFieldSteps

_LINE_HEIGHT: Final = 21
_COUNTER_WIDTH: Final = 220
_LONGEST_PASTE: Final = 100_000
_CTRL_SHIFT: Final = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
_LEFT_TO_WINDOW: Final = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)


class PromptEdit(QTextEdit):
    """Plain text with a counter of code points. What exceeds `limit` is marked, never cut.

    `marks_in` finds highlights in a line; call `rehighlight` when it would find something else. Undo belongs to the
    whole form: Ctrl+Z and Ctrl+Y go to the window. Tab moves on, Ctrl+Enter emits `submitted`. In a prompt with
    template fields Tab first goes from one to the next. Pasted or dropped data that `takes_elsewhere` claims isn't
    inserted but `offered` (it lives no longer than the call). A paste too long for any prompt is not inserted and emits
    `refused(sentence)`. (A QTextEdit, because QPlainTextEdit's layout has no line height.)
    """

    text_changed = Signal(str)
    submitted = Signal()
    refused = Signal(str)
    offered = Signal(QMimeData)
    dropped_elsewhere = Signal(QMimeData)
    """Something of another program's that `drops_elsewhere` claims was dropped here. It lives no longer than the call.
    """
    snippet_save_requested = Signal(str)
    """The selection should be saved as a snippet."""

    def __init__(
        self,
        theme: Theme,
        limit: int,
        placeholder: str = "",
        marks_in: Callable[[str], Sequence[Highlight]] = lambda _line: (),
        takes_elsewhere: Callable[[QMimeData], bool] = lambda _data: False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._limit = limit
        self._takes_elsewhere = takes_elsewhere
        self.drops_elsewhere: Callable[[QMimeData], bool] = lambda _data: False
        self._given = self._known = ""
        self.blanks = TemplateFieldSteps(self, lambda: self._known)
        self.setAccessibleName("Prompt")
        self.setProperty("ring", RADIUS.SLOT)
        self.setAcceptRichText(False)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self._marks = PromptHighlighter(theme, self.document(), marks_in)
        self._counter = PromptCounter(theme, self)
        # QTextEdit's own placeholder shows only one line.
        self._placeholder = QLabel(placeholder, self.viewport())
        self._placeholder.setTextFormat(Qt.TextFormat.PlainText)
        self._placeholder.setProperty("role", "placeholder")
        self._placeholder.setWordWrap(True)
        self._placeholder.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._placeholder.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.textChanged.connect(self._typed)
        theme.changed.connect(self._take_colours)
        theme.fit(self, PromptEdit._take_text_size)
        self._redraw()

    def text(self) -> str:
        """The text, with line ends as "\\n"."""
        raw = self.document().toRawText()
        return raw.replace("\u2029", "\n").replace("\u2028", "\n")

    def set_text(self, text: str) -> None:
        """Show `text` without emitting anything. Only what differs is replaced, so the cursor stays in place."""
        if text in (self._given, self._known):
            return
        self._given, old = text, self._known
        head = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, text, strict=False)))
        tails = zip(reversed(old[head:]), reversed(text[head:]), strict=False)
        tail = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], tails))
        blocked = self.blockSignals(True)
        self._cursor_over(old, head, len(old) - tail).insertText(text[head : len(text) - tail])
        self.blockSignals(blocked)
        self._known = self.text()
        self._redraw()

    def sizeHint(self) -> QSize:
        # Its height beyond the minimum is the first to make way for what appears beside it.
        return QSize(super().sizeHint().width(), self.minimumHeight() or super().sizeHint().height())

    def height_of(self, lines: int) -> int:
        """The height of an editor in which so many lines are in sight."""
        margins = self.viewportMargins()
        return lines * self._theme.px(_LINE_HEIGHT) + margins.top() + margins.bottom() + 2 * self.frameWidth()

    @property
    def text_height(self) -> int:
        """The height of an editor in which all of the text is in sight."""
        return ceil(self.document().size().height()) + self.height_of(0)

    @property
    def cursor_position(self) -> tuple[int, int]:
        """Where the selection starts and where the cursor is, in code points."""
        cursor = self.textCursor()
        return len(utf16_head(self._known, cursor.anchor())), len(utf16_head(self._known, cursor.position()))

    @cursor_position.setter
    def cursor_position(self, place: tuple[int, int]) -> None:
        anchor, position = (utf16_units(self._known[: max(0, at)]) for at in place)
        cursor = self.textCursor()
        cursor.setPosition(anchor)
        cursor.setPosition(position, QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)

    def line_before_cursor(self) -> str:
        """The text on the cursor's line before it."""
        cursor = self.textCursor()
        return utf16_head(cursor.block().text(), cursor.positionInBlock())

    def line_after_cursor(self) -> str:
        """The text on the cursor's line after it."""
        cursor = self.textCursor()
        return cursor.block().text()[len(self.line_before_cursor()) :]

    def complete(self, taken_back: int, text: str) -> None:
        """Insert `text` instead of the `taken_back` characters before the cursor, as if the user had typed it."""
        cursor = self.textCursor()
        gone = self.line_before_cursor()[-taken_back:] if taken_back else ""
        cursor.setPosition(cursor.position() - utf16_units(gone), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text)
        self.ensureCursorVisible()

    def letter_at(self, point: QPoint) -> tuple[str, int] | None:
        """The line at a point of the viewport, and the character; None where there is no text."""
        scrolled = QPointF(point) + QPointF(0, self.verticalScrollBar().value())
        at = self.document().documentLayout().hitTest(scrolled, Qt.HitTestAccuracy.ExactHit)
        if at < 0:
            return None
        block = self.document().findBlock(at)
        return block.text(), len(utf16_head(block.text(), at - block.position()))

    def set_template_fields(self, names: tuple[str, ...]) -> None:
        """Set the template fields that Tab visits, by name; ↓ fills in the selected one."""
        if names != self.blanks.names:
            self.blanks.names = names
            self.rehighlight()

    def rehighlight(self) -> None:
        """Find the highlights of every line again."""
        self._marks.rehighlight()

    def _typed(self) -> None:
        text = self.text()
        if text == self._known:
            return
        self._given = self._known = text
        self._redraw()
        self.text_changed.emit(text)

    def _redraw(self) -> None:
        length = len(self._known)
        self._counter.show_count(length, self._limit)
        self.setAccessibleDescription(f"{self._counter.text} characters")
        self._placeholder.setVisible(not length)
        if length > self._limit or self.extraSelections():
            self.setExtraSelections(self._overflow() if length > self._limit else [])

    def _take_text_size(self) -> None:
        font = self._theme.font(SIZE.PROMPT)
        for shown in (self, self._placeholder):
            shown.setFont(font)
        self.document().setDefaultFont(font)
        self.setViewportMargins(12, 11, 6, self._theme.px(28))
        spacing = QTextBlockFormat()
        spacing.setLineHeight(self._theme.px(_LINE_HEIGHT), QTextBlockFormat.LineHeightTypes.MinimumHeight.value)
        everything = QTextCursor(self.document())
        everything.select(QTextCursor.SelectionType.Document)
        blocked = self.blockSignals(True)
        everything.mergeBlockFormat(spacing)
        self.blockSignals(blocked)
        self._place_parts()

    def _take_colours(self) -> None:
        self._redraw()
        self._marks.take_colours()

    def set_limit(self, limit: int) -> None:
        """Count against another limit from now on."""
        if limit != self._limit:
            self._limit = limit
            self._redraw()

    def _overflow(self) -> list[QTextEdit.ExtraSelection]:
        tokens = self._theme.tokens
        look = QTextCharFormat()
        look.setBackground(tokens.bad_soft)
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
        look.setUnderlineColor(tokens.bad)
        selection = QTextEdit.ExtraSelection()
        selection.cursor = self._cursor_over(self._known, self._limit, len(self._known))
        selection.format = look
        return [selection]

    def _cursor_over(self, text: str, start: int, stop: int) -> QTextCursor:
        cursor = QTextCursor(self.document())
        cursor.setPosition(utf16_units(text[:start]))
        cursor.setPosition(utf16_units(text[:stop]), QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_parts()

    def _place_parts(self) -> None:
        wide, high = self._theme.px(_COUNTER_WIDTH), self._theme.px(18)
        self._counter.setGeometry(self.width() - 12 - wide, self.height() - 8 - high, wide, high)
        # One pixel lower, where the taller line of typed text is.
        self._placeholder.setGeometry(self.viewport().rect().adjusted(0, 1, 0, 1))

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        super().inputMethodEvent(event)
        self._placeholder.setVisible(not self._known and not event.preeditString())

    def focusNextPrevChild(self, forward: bool) -> bool:
        return self.blanks.select_next(forward) or super().focusNextPrevChild(forward)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            assert isinstance(event, QKeyEvent)
            if any(event.matches(key) for key in _LEFT_TO_WINDOW):
                event.ignore()
                return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and self.blanks.fill_selected():
            return
        if any(event.matches(key) for key in _LEFT_TO_WINDOW):
            event.ignore()
            return
        if event.keyCombination() == QKeyCombination(_CTRL_SHIFT, Qt.Key.Key_K):
            self.keep_selection()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            if held == Qt.KeyboardModifier.ControlModifier:
                self.submitted.emit()
                return
            if held & Qt.KeyboardModifier.ControlModifier:
                event.ignore()
                return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.createStandardContextMenu()
        menu.setParent(self, menu.windowFlags())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addSeparator()
        keep = menu.addAction("Save as a snippet\tCtrl+Shift+K", self.keep_selection)
        keep.setEnabled(self.textCursor().hasSelection())
        menu.popup(event.globalPos())

    def keep_selection(self) -> None:
        """Request that the selection be saved as a snippet."""
        # Qt separates lines with characters of its own.
        if selected := self.textCursor().selectedText().replace("\u2029", "\n").replace("\u2028", "\n"):
            self.snippet_save_requested.emit(selected)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText() or self._takes_elsewhere(source)

    def dropEvent(self, event: QDropEvent) -> None:
        if event.source() is None and self.drops_elsewhere(event.mimeData()):
            super().dragLeaveEvent(QDragLeaveEvent())  # takes away the cursor that shows where text would go
            self.dropped_elsewhere.emit(event.mimeData())
            event.acceptProposedAction()
        else:
            super().dropEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        if self._takes_elsewhere(source):
            self.offered.emit(source)
            return
        text = source.text()
        if len(text) > _LONGEST_PASTE:
            self.refused.emit(
                f"That text has {len(text):,} characters; a prompt can have {self._limit:,}. Nothing was pasted."
            )
            return
        self.textCursor().insertText(text)
        self.ensureCursorVisible()
