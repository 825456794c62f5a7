"""The rows of the spending report, and how they are painted."""

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from kling_desktop.domain.spending.report import ReportRow
from kling_desktop.ui.theme import RADIUS, SIZE, SPACE, WEIGHT, Theme
from kling_desktop.ui.widgets.label import plain_tip
from kling_desktop.ui.widgets.paint import LEFT, RIGHT, box, one_line, text_width

_ROW = 48
_NO_INDEX = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


class ReportModel(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._sums: tuple[ReportRow, ...] = ()

    def show_sums(self, sums: tuple[ReportRow, ...]) -> None:
        self.beginResetModel()
        self._sums = sums
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._sums)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        found = self._sums[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return found
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{found.name}: {found.spent}. {found.detail}"
        return plain_tip(found.name) if role == Qt.ItemDataRole.ToolTipRole and len(found.name) > 60 else None


class ReportView(QListView):
    """Name and details on the left, the amount on the right."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.sums = ReportModel(self)
        self.setModel(self.sums)
        self.setItemDelegate(_ReportDelegate(theme, self))


class _ReportDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(200, self._theme.px(_ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens, found = self._theme.tokens, index.data(Qt.ItemDataRole.UserRole)
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            box(painter, area.adjusted(0, 1, 0, -1), RADIUS.CONTROL, tokens.accent_soft)
        painter.fillRect(area.left(), area.bottom(), area.width(), 1, tokens.line)
        inside = area.adjusted(SPACE.S, 6, -SPACE.S, -6)
        strong = self._theme.font(SIZE.BASE, WEIGHT.STRONG)
        amount = str(found.spent)
        one_line(painter, inside, RIGHT, amount, strong, tokens.text)
        words = inside.adjusted(0, 0, -text_width(strong, amount) - SPACE.L, 0)
        upper, lower = QRect(words), QRect(words)
        upper.setHeight(words.height() // 2)
        lower.setTop(upper.bottom())
        one_line(painter, upper, LEFT, found.name, self._theme.font(SIZE.BASE), tokens.text)
        one_line(painter, lower, LEFT, found.detail, self._theme.font(SIZE.SMALL), tokens.text2)
        painter.restore()
