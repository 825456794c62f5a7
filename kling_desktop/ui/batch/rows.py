"""The rows of a table, to select from."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from kling_desktop.domain.parsing.batch_row import BatchRow
from kling_desktop.ui.theme import RADIUS, SIZE, SPACE, WEIGHT, Theme
from kling_desktop.ui.widgets.label import plain_tip
from kling_desktop.ui.widgets.paint import LEFT, RIGHT, SHUT_OPACITY, box, draw_icon, one_line, text_width

_ROW = 52
_BOX = 16
_NUMBER = 36
Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()


class BatchRowModel(QAbstractListModel):
    """Emits `selection_changed` when other rows are selected."""

    selection_changed = Signal()

    def __init__(self, rows: Sequence[BatchRow], parent: QWidget) -> None:
        super().__init__(parent)
        self.rows = list(rows)

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        match role:
            case Qt.ItemDataRole.UserRole:
                return row
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(row.tooltip)
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                state = row.problem_text or ("chosen" if row.is_selected else "left out")
                return f"Row {row.number}: {row.title}. {row.details}. {row.cost}. {row.submitted_before} {state}"
            case Qt.ItemDataRole.CheckStateRole:
                return Qt.CheckState.Checked if row.is_selected else Qt.CheckState.Unchecked
        return None

    def switch(self, at: int) -> None:
        """Select or deselect a row."""
        self.rows[at] = self.rows[at].with_selected(not self.rows[at].is_selected)
        self.dataChanged.emit(self.index(at, 0), self.index(at, 0))
        self.selection_changed.emit()

    def choose(self, wanted: Sequence[bool]) -> None:
        """Select or deselect every row."""
        self.rows = [row.with_selected(choice) for row, choice in zip(self.rows, wanted, strict=True)]
        self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, 0))
        self.selection_changed.emit()


class BatchRowView(QListView):
    """A click or Space selects or deselects a row."""

    def __init__(self, theme: Theme, rows: Sequence[BatchRow], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Table rows")
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rows = BatchRowModel(rows, self)
        self.setModel(self.rows)
        self.setItemDelegate(_BatchRowDelegate(theme, self))
        if rows:
            self.setCurrentIndex(self.rows.index(0, 0))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        under = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and under.isValid():
            self.rows.switch(under.row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and self.currentIndex().isValid():
            self.rows.switch(self.currentIndex().row())
        else:
            super().keyPressEvent(event)


class _BatchRowDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(200, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens, row = self._theme.tokens, index.data(Qt.ItemDataRole.UserRole)
        assert isinstance(row, BatchRow)
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            box(painter, area.adjusted(0, 1, 0, -1), RADIUS.CONTROL, tokens.accent_soft)
        painter.fillRect(area.left(), area.bottom(), area.width(), 1, tokens.line)
        inside = area.adjusted(SPACE.S, 7, -SPACE.S, -7)
        self._draw_box(painter, inside, row)
        inside.setLeft(inside.left() + _BOX + SPACE.S)
        small, base = self._theme.font(SIZE.SMALL), self._theme.font(SIZE.BASE)
        number = QRect(inside.left(), inside.top(), _NUMBER, inside.height() // 2)
        one_line(painter, number, LEFT, str(row.number), small, tokens.text3)
        inside.setLeft(inside.left() + _NUMBER)
        strong = self._theme.font(SIZE.BASE, WEIGHT.STRONG)
        if not row.is_selected:
            painter.setOpacity(0.7)
        one_line(painter, inside, RIGHT, row.cost if row.can_be_selected else "", strong, tokens.text)
        inside.setRight(inside.right() - text_width(strong, row.cost) - SPACE.L)
        upper, lower = QRect(inside), QRect(inside)
        upper.setHeight(inside.height() // 2)
        lower.setTop(upper.bottom() + 1)
        one_line(painter, upper, LEFT, row.title, base, tokens.text)
        painter.setOpacity(1.0)
        if row.problem_text:
            one_line(painter, lower, LEFT, row.problem_text, small, tokens.bad)
        else:
            words = " · ".join(filter(None, (row.submitted_before, row.details)))
            one_line(painter, lower, LEFT, words, small, tokens.text2)
        painter.restore()

    def _draw_box(self, painter: QPainter, area: QRect, row: BatchRow) -> None:
        tokens = self._theme.tokens
        at = QRect(area.left(), area.center().y() - _BOX // 2, _BOX, _BOX)
        if row.is_selected:
            box(painter, at, RADIUS.TAG, tokens.accent)
            draw_icon(painter, "check", QPointF(at.center()) + QPointF(0.5, 0.5), tokens.on_accent, 12)
        else:
            painter.setOpacity(1.0 if row.can_be_selected else SHUT_OPACITY)
            box(painter, at, RADIUS.TAG, tokens.field, tokens.line_strong)
            painter.setOpacity(1.0)
