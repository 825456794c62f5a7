"""The messages shown so far, to read again."""

from collections.abc import Callable
from datetime import datetime
from enum import IntEnum

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from kling_desktop.ui.theme import RADIUS, SIZE, SPACE, WEIGHT, Theme
from kling_desktop.ui.widgets import Message
from kling_desktop.ui.widgets.message_bar import WORDS
from kling_desktop.ui.widgets.paint import CENTRE, LEFT, box, one_line, text_width

MOST = 500
_NO_INDEX = QModelIndex()
_TIME = 56
_LINE = 16
_DOT = 15
_WRAPPED = Qt.AlignmentFlag.AlignLeft.value | Qt.AlignmentFlag.AlignTop.value | Qt.TextFlag.TextWordWrap.value
Index = QModelIndex | QPersistentModelIndex


class MessageRole(IntEnum):
    MESSAGE = Qt.ItemDataRole.UserRole + 1
    TIME = Qt.ItemDataRole.UserRole + 2


class MessageHistory(QAbstractListModel):
    """Newest first, the last 500 of this run. clock: seconds since the epoch."""

    def __init__(self, clock: Callable[[], float], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._said: list[tuple[float, Message]] = []

    def add(self, message: Message, instead_of: Message | None = None) -> None:
        """instead_of: a shorter version of the same message, which is removed."""
        for row in [row for row, (_, known) in enumerate(self._said) if known is instead_of]:
            self.beginRemoveRows(_NO_INDEX, row, row)
            del self._said[row]
            self.endRemoveRows()
        if len(self._said) == MOST:
            self.beginRemoveRows(_NO_INDEX, MOST - 1, MOST - 1)
            self._said.pop()
            self.endRemoveRows()
        self.beginInsertRows(_NO_INDEX, 0, 0)
        self._said.insert(0, (self._clock(), message))
        self.endInsertRows()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._said)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._said):
            return None
        at, message = self._said[index.row()]
        clock = datetime.fromtimestamp(at).astimezone().strftime("%H:%M")
        match role:
            case MessageRole.MESSAGE:
                return message
            case MessageRole.TIME:
                return clock
            case Qt.ItemDataRole.DisplayRole:
                return _whole(message)
            case Qt.ItemDataRole.AccessibleTextRole:
                word = "" if message.word else WORDS[message.tone]
                return ". ".join(part for part in (clock, word, _whole(message)) if part)
        return None


class _HistoryDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._theme = theme
        self._view = view

    @property
    def _wide(self) -> int:
        strong = self._theme.font(SIZE.SMALL, WEIGHT.STRONG)
        return _DOT + max(text_width(strong, word) for word in WORDS.values()) + SPACE.M

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        width = self._view.width() - 3 * SPACE.L - self._theme.px(_TIME) - self._wide
        area = QRect(0, 0, max(80, width), 10_000)
        height = QFontMetrics(self._theme.font(SIZE.SMALL)).boundingRect(area, _WRAPPED, _told(index)).height()
        return QSize(80, max(self._theme.px(_LINE), height) + 2 * SPACE.S)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        message = index.data(MessageRole.MESSAGE)
        if not isinstance(message, Message):
            return
        tokens, area = self._theme.tokens, QRect(option.rect)
        small = self._theme.font(SIZE.SMALL)
        painter.save()
        if self._view.selectionModel().isSelected(index):  # as in QueueRowDelegate, without `option.state`
            box(painter, area.adjusted(SPACE.S, 0, -SPACE.S, 0), RADIUS.SLOT, tokens.accent_soft)
        left, top = area.left() + SPACE.L, area.top() + SPACE.S
        wide, time, line = self._wide, self._theme.px(_TIME), self._theme.px(_LINE)
        one_line(painter, QRect(left, top, time, line), LEFT, str(index.data(MessageRole.TIME)), small, tokens.text3)
        box(painter, QRectF(left + time, top + line / 2 - 4, 8, 8), 4, tokens.tone(message.tone))
        strong, at = self._theme.font(SIZE.SMALL, WEIGHT.STRONG), left + time + wide
        word = QRect(left + time + _DOT, top, wide - _DOT, line)
        one_line(painter, word, LEFT, WORDS[message.tone], strong, tokens.text)
        words = QRect(at, top, area.right() - SPACE.L - at, area.height() - 2 * SPACE.S)
        painter.setFont(small)
        painter.setPen(tokens.text)
        painter.drawText(words, _WRAPPED, _told(index))
        painter.restore()


class MessageList(QListView):
    """Ctrl+C copies the selected messages."""

    def __init__(self, theme: Theme, history: MessageHistory, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName("Messages")
        self.setModel(history)
        self.setItemDelegate(_HistoryDelegate(theme, self))
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setStyleSheet("background: transparent")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            chosen = sorted(self.selectionModel().selectedIndexes(), key=lambda index: index.row())
            lines = [f"{index.data(MessageRole.TIME)} {index.data(Qt.ItemDataRole.DisplayRole)}" for index in chosen]
            QGuiApplication.clipboard().setText("\n".join(lines))
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        with QPainter(self.viewport()) as painter:
            painter.fillRect(event.rect(), tokens.pane)
            if not self.model().rowCount():
                words = "No messages yet"
                one_line(painter, self.viewport().rect(), CENTRE, words, self._theme.font(SIZE.TITLE), tokens.text)
        super().paintEvent(event)


def _whole(message: Message) -> str:
    return " ".join(
        part for part in (f"{message.word}." if message.word else "", message.text, message.caption) if part
    )


def _told(index: Index) -> str:
    return str(index.data(Qt.ItemDataRole.DisplayRole))
