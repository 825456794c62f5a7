"""The search field."""

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from kling_desktop.ui.qt import widget_state
from kling_desktop.ui.qt.widget_state import leave_files_to_window
from kling_desktop.ui.theme import SIZE, SPACE, Theme
from kling_desktop.ui.widgets import IconButton
from kling_desktop.ui.widgets.paint import RIGHT, draw_icon, one_line, text_width

_ICON_ROOM = 30
_ROUND_TEXT = 24
"""The field's frame and padding, px."""
_LONGEST = 10_000
_WHAT = ("Search prompts and notes", "Search", "")
"""Its placeholder texts: the longest that fits is shown."""


class SearchField(QLineEdit):
    """Emits `searched(text)` at each letter; `focus_left` on Enter, ↓, or Esc in an empty field.

    Esc clears the field first.
    """

    searched = Signal(str)
    focus_left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._said = ""
        self._told = ""
        self.setAccessibleName("Search prompts, notes and tags")
        self.setToolTip("Search prompts, notes and tags (Ctrl+F)")
        self.setMaxLength(_LONGEST)
        leave_files_to_window(self)
        self.setTextMargins(_ICON_ROOM - 9, 0, SPACE.XL, 0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.fit(self, lambda me: me.setMinimumWidth(max(150, theme.px(110))))
        self.setMaximumWidth(300)
        self._clear = IconButton(theme, "close", "Clear the search", shortcut="Esc", side=24, plain=True, parent=self)
        self._clear.setCursor(Qt.CursorShape.ArrowCursor)
        self._clear.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._clear.clicked.connect(self._empty)
        self._clear.hide()
        self.textChanged.connect(lambda text: self._clear.setVisible(bool(text)))
        self.textEdited.connect(lambda _: self._say())

    def show_text(self, words: str) -> None:
        """Show this search text."""
        if words == self._said:
            return
        self._said = words
        widget_state.show_text(self, words)
        self._clear.setVisible(bool(words))

    def show_count(self, count: int | None) -> None:
        """How many clips match; None while there is no search."""
        told = "" if count is None else f"{count:,} found" if count else "No matches"
        if told != self._told:
            self._told = told
            self.setAccessibleDescription(told)
            room = text_width(self._theme.font(SIZE.CAPTION), told) + SPACE.S if told else 0
            self.setTextMargins(_ICON_ROOM - 9, 0, SPACE.XL + room, 0)
            self._say_what_for()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, super().sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Escape if self.text():
                self._empty()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Down | Qt.Key.Key_Escape:
                self._say()
                self.focus_left.emit()
            case _:
                super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self) as painter:
            tokens = self._theme.tokens
            draw_icon(painter, "search", QPointF(17, self.height() / 2), tokens.text3, 16)
            if self._told:
                place = self.rect().adjusted(0, 0, -SPACE.XXL, 0)
                one_line(painter, place, RIGHT, self._told, self._theme.font(SIZE.CAPTION), tokens.text3)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._say_what_for()
        size = self._clear.sizeHint()
        self._clear.setGeometry(
            self.width() - size.width() - 4, (self.height() - size.height()) // 2, size.width(), size.height()
        )

    def _say_what_for(self) -> None:
        margins = self.textMargins()
        room = self.width() - margins.left() - margins.right() - _ROUND_TEXT
        self.setPlaceholderText(next(words for words in _WHAT if not words or text_width(self.font(), words) <= room))

    def _empty(self) -> None:
        self.clear()
        self._say()

    def _say(self) -> None:
        if self.text() != self._said:
            self._said = self.text()
            self.searched.emit(self._said)
