"""The list that opens while typing in the prompt: references after @, snippets after a slash."""

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kling_desktop.ui.theme import RADIUS, SIZE, WEIGHT, Theme
from kling_desktop.ui.widgets import CardFrame, PromptEdit, label
from kling_desktop.ui.widgets.paint import LEFT, box, draw_covering, draw_icon, one_line

_ROW = 40
_PICTURE = QSize(48, 32)
_WIDTH = 264
_MOST = 7


class Completion(Protocol):
    """A choice: `title` and, fainter, `detail`; `inserted_text` replaces what was typed."""

    @property
    def title(self) -> str: ...
    @property
    def detail(self) -> str: ...
    @property
    def inserted_text(self) -> str: ...
    @property
    def picture(self) -> QImage | None: ...
    def matches(self, begun: str) -> bool:
        """Whether someone who typed this may mean it."""


class _SuggestionList(QWidget):
    """One row per completion. Emits `chosen(row)` on a click and `pointed(row)` as the mouse moves over them."""

    chosen = Signal(int)
    pointed = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._entries: Sequence[Completion] = ()
        self._current = 0
        self.setMouseTracking(True)

    def show_entries(self, entries: Sequence[Completion], current: int) -> None:
        self._entries, self._current = entries, current
        self.setFixedHeight(_ROW * len(entries))
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointed.emit(self._row_at(event.position().toPoint()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(self._row_at(event.position().toPoint()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        with QPainter(self) as painter:
            for row, entry in enumerate(self._entries):
                area = QRect(0, row * _ROW, self.width(), _ROW)
                if row == self._current:
                    box(painter, area, RADIUS.CONTROL, tokens.accent_soft)
                self._paint_picture(painter, entry, QRect(area.topLeft() + QPoint(6, 4), _PICTURE))
                words = area.adjusted(_PICTURE.width() + 14, 4, -6, -4)
                name, told = words.adjusted(0, 0, 0, -16), words.adjusted(0, 16, 0, 0)
                one_line(painter, name, LEFT, entry.title, self._theme.font(SIZE.SMALL, WEIGHT.MEDIUM), tokens.accent)
                one_line(painter, told, LEFT, entry.detail, self._theme.font(SIZE.CAPTION), tokens.text2)

    def _paint_picture(self, painter: QPainter, entry: Completion, area: QRect) -> None:
        tokens = self._theme.tokens
        box(painter, area, RADIUS.TAG, tokens.field, tokens.line)
        if entry.picture is None:
            draw_icon(
                painter,
                "image" if entry.title.startswith("@") else "list",
                QPointF(area.center()) + QPointF(0.5, 0.5),
                tokens.text3,
                16,
            )
            return
        draw_covering(painter, area, entry.picture, RADIUS.TAG)

    def _row_at(self, point: QPoint) -> int:
        return max(0, min(point.y() // _ROW, len(self._entries) - 1))


class Autocomplete(CardFrame):
    """Opens while typing in `edit`, which keeps the focus: arrows, Enter, Tab, Esc, or a click.

    `begun` returns what was typed of a completion at the end of a line, without its leading sign; `known` returns the
    completions. `hint` is shown while there are none. Emits `removal_requested(completion)` on Shift+Del.
    """

    removal_requested = Signal(object)

    def __init__(
        self,
        theme: Theme,
        edit: PromptEdit,
        begun: Callable[[str], str | None],
        known: Callable[[], Sequence[Completion]],
        name: str,
        hint: str,
        parent: QWidget,
    ) -> None:
        super().__init__(theme, floating=True, parent=parent)
        self._edit = edit
        self._begun_in = begun
        self._known = known
        self._entries: Sequence[Completion] = ()
        self._current = 0
        self._begun = ""
        self._dismissed = False
        self._space_after = -1
        self._rows = _SuggestionList(theme)
        self._hint = label(hint, "caption", wraps=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(0)
        column.addWidget(self._rows)
        column.addWidget(self._hint)
        self.setAccessibleName(name)
        self._rows.chosen.connect(self._choose)
        self._rows.pointed.connect(self._point_at)
        edit.text_changed.connect(lambda _: self._follow(typed=True))
        edit.cursorPositionChanged.connect(lambda: self._follow(typed=False))
        edit.installEventFilter(self)
        self.hide()

    def refresh(self) -> None:
        """The references or their pictures have changed."""
        if self.isVisible():
            self._follow(typed=False)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._has_space_for(event):
            return True
        if not self.isVisible():
            return False
        if event.type() in (QEvent.Type.FocusOut, QEvent.Type.Hide):
            self.hide()
        return event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._takes(event)

    def _has_space_for(self, event: QKeyEvent) -> bool:
        """The space that people type after a completion is already there."""
        put, self._space_after = self._space_after, -1
        cursor = self._edit.textCursor()
        return event.text() == " " and cursor.position() == put and not cursor.hasSelection()

    def _takes(self, event: QKeyEvent) -> bool:
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if held == Qt.KeyboardModifier.ShiftModifier and event.key() == Qt.Key.Key_Delete and self._entries:
            self.removal_requested.emit(self._entries[self._current])
            self.hide()
            return True
        if held:
            return False
        match event.key():
            case Qt.Key.Key_Escape:
                self._dismissed = True
                self.hide()
            case Qt.Key.Key_Down | Qt.Key.Key_Up if self._entries:
                step = 1 if event.key() == Qt.Key.Key_Down else -1
                self._point_at((self._current + step) % len(self._entries))
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Tab if self._entries:
                self._choose(self._current)
            case _:
                return False
        return True

    def _follow(self, *, typed: bool) -> None:
        """Open, filter or close, depending on the text before the cursor. Only typing opens it."""
        if not typed and not self.isVisible():
            return
        said = self._begun_in(self._edit.line_before_cursor())
        self._dismissed = self._dismissed and said is not None
        if said is None or self._dismissed:
            self.hide()
            return
        known = self._known()
        found = [entry for entry in known if entry.matches(said)][:_MOST]
        is_whole = any(entry.inserted_text == f"@{said.lower()}" for entry in found)
        if is_whole or (not found and (known or said)):
            self.hide()
            return
        if said != self._begun or len(found) != len(self._entries):
            self._current = 0
        self._begun, self._entries = said, found
        self._show_entries()

    def _show_entries(self) -> None:
        self._hint.setVisible(not self._entries)
        self._rows.show_entries(self._entries, self._current)
        if self._entries:
            entry = self._entries[self._current]
            self.setAccessibleDescription(f"{entry.title}, {entry.detail}")
        host = self.parentWidget()
        assert host is not None
        width = min(_WIDTH, host.width() - 32)
        words = self._hint.heightForWidth(width - 12)
        self.resize(width, 12 + (_ROW * len(self._entries) or words))
        cursor = self._edit.cursorRect()
        below = self._edit.viewport().mapTo(host, cursor.bottomLeft() + QPoint(-8, 6))
        if below.y() + self.height() > host.height() - 8:
            below = self._edit.viewport().mapTo(host, cursor.topLeft() - QPoint(8, self.height() + 6))
        self.move(max(24, min(below.x(), host.width() - self.width() - 24)), max(8, below.y()))
        self.show()
        self.raise_()

    def _point_at(self, row: int) -> None:
        self._current = row
        self._show_entries()

    def _choose(self, row: int) -> None:
        entry = self._entries[row]
        after = self._edit.line_after_cursor()
        self.hide()
        self._edit.complete(len(self._begun) + 1, entry.inserted_text + ("" if after.startswith(" ") else " "))
        self._space_after = -1 if after.startswith(" ") else self._edit.textCursor().position()
