"""Widgets side by side, on as many lines as they take."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Each as wide as it wants to be, `gap` px apart, from left to right; `centred`: each line in the middle."""

    def __init__(self, gap: int, parent: QWidget | None = None, *, centred: bool = False) -> None:
        super().__init__(parent)
        self._gap = gap
        self._is_centred = centred
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    # Qt asks past the end, and expects None.
    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._lay(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, area: QRect) -> None:
        super().setGeometry(area)
        self._lay(area, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        sizes = [item.sizeHint() for item in self._items if not item.isEmpty()]
        return QSize(max((size.width() for size in sizes), default=0), max((s.height() for s in sizes), default=0))

    def _lay(self, area: QRect, *, move: bool) -> int:
        """Position them; returns the height they take."""
        top = area.top()
        for line in self._lines(area.width()):
            sizes = [item.sizeHint() for item in line]
            spare = area.width() - sum(size.width() + self._gap for size in sizes) + self._gap
            left = area.left() + (max(0, spare) // 2 if self._is_centred else 0)
            for item, size in zip(line, sizes, strict=True):
                if move:
                    item.setGeometry(QRect(QPoint(left, top), size))
                left += size.width() + self._gap
            top += max(size.height() for size in sizes) + self._gap
        return max(0, top - self._gap - area.top())

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        """The items, line by line."""
        lines: list[list[QLayoutItem]] = []
        left = 0
        for item in self._items:
            if item.isEmpty():
                continue
            wide = item.sizeHint().width()
            if not lines or left + wide > width:
                lines.append([])
                left = 0
            lines[-1].append(item)
            left += wide + self._gap
        return lines
