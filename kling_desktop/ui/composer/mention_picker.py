"""The list that opens at an @ in the prompt: which reference is meant?"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kling_desktop.domain.mentions import begun
from kling_desktop.ui.composer.attached import Attached
from kling_desktop.ui.theme import RADIUS, SIZE, WEIGHT, Theme
from kling_desktop.ui.widgets import Card, PromptEdit, label
from kling_desktop.ui.widgets.paint import LEFT, box, cover, draw_icon, one_line, rounded_path

_ROW = 40
_PICTURE = QSize(48, 32)
_WIDTH = 264


class _Rows(QWidget):
    """One row a reference; `chosen(row)` by click, `pointed(row)` as the mouse goes over them."""

    chosen = Signal(int)
    pointed = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._entries: Sequence[Attached] = ()
        self._current = 0
        self.setMouseTracking(True)

    def show_entries(self, entries: Sequence[Attached], current: int) -> None:
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
                one_line(painter, name, LEFT, entry.mention, self._theme.font(SIZE.SMALL, WEIGHT.MEDIUM), tokens.accent)
                one_line(painter, told, LEFT, entry.told, self._theme.font(SIZE.CAPTION), tokens.text2)

    def _paint_picture(self, painter: QPainter, entry: Attached, area: QRect) -> None:
        tokens = self._theme.tokens
        box(painter, area, RADIUS.TAG, tokens.field, tokens.line)
        if entry.picture is None:
            draw_icon(painter, "image", QPointF(area.center()) + QPointF(0.5, 0.5), tokens.text3, 16)
            return
        painter.save()
        painter.setClipPath(rounded_path(area, RADIUS.TAG))
        painter.drawPixmap(area.topLeft(), cover(entry.picture, area.size(), self.devicePixelRatioF()))
        painter.restore()

    def _row_at(self, point: QPoint) -> int:
        return max(0, min(point.y() // _ROW, len(self._entries) - 1))


class MentionPicker(Card):
    """Opens while an @ is being written in `edit`, which keeps the keyboard: arrows, Enter and Tab, Esc, or a click.

    `attached` names the references there are.
    """

    def __init__(
        self, theme: Theme, edit: PromptEdit, attached: Callable[[], Sequence[Attached]], parent: QWidget
    ) -> None:
        super().__init__(theme, floating=True, parent=parent)
        self._edit = edit
        self._attached = attached
        self._entries: Sequence[Attached] = ()
        self._current = 0
        self._begun = ""
        self._dismissed = False
        self._rows = _Rows(theme)
        self._hint = label("No references yet. Add an image above to mention it here.", "caption", wraps=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(0)
        column.addWidget(self._rows)
        column.addWidget(self._hint)
        self.setAccessibleName("References to mention")
        self._rows.chosen.connect(self._choose)
        self._rows.pointed.connect(self._point_at)
        edit.text_changed.connect(lambda _: self._follow(typed=True))
        edit.cursorPositionChanged.connect(lambda: self._follow(typed=False))
        edit.installEventFilter(self)
        self.hide()

    def refresh(self) -> None:
        """The references or their pictures are others now."""
        if self.isVisible():
            self._follow(typed=False)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if not self.isVisible():
            return False
        if event.type() in (QEvent.Type.FocusOut, QEvent.Type.Hide):
            self.hide()
        return event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._takes(event)

    def _takes(self, event: QKeyEvent) -> bool:
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
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
        """Open, filter or close, by what stands before the cursor. Only typing opens it."""
        if not typed and not self.isVisible():
            return
        said = begun(self._edit.line_before_cursor())
        self._dismissed = self._dismissed and said is not None
        if said is None or self._dismissed:
            self.hide()
            return
        attached = self._attached()
        found = [entry for entry in attached if entry.answers(said)]
        is_whole = any(entry.mention == f"@{said.lower()}" for entry in found)
        if is_whole or (not found and (attached or said)):
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
            self.setAccessibleDescription(f"{entry.mention}, {entry.told}")
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
        self._edit.complete(len(self._begun) + 1, entry.mention + ("" if after.startswith(" ") else " "))
