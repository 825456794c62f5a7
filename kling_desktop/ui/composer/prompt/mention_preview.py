"""The picture of a mention, shown while the mouse rests on it."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kling_desktop.domain.request.mentions import find_mentions
from kling_desktop.ui.composer.prompt.completions import ReferenceChoice
from kling_desktop.ui.theme import RADIUS, SIZE, WEIGHT, Theme
from kling_desktop.ui.widgets import CardFrame, PromptEdit
from kling_desktop.ui.widgets.paint import LEFT, draw_icon, one_line, rounded_path, text_width

_LARGEST = QSize(240, 160)
_WORDS = 42


class MentionPreview(CardFrame):
    """Appears after the usual tooltip delay and goes with the next move, key or scroll. It takes no focus."""

    def __init__(
        self, theme: Theme, edit: PromptEdit, attached: Callable[[], Sequence[ReferenceChoice]], parent: QWidget
    ) -> None:
        super().__init__(theme, floating=True, parent=parent)
        self._edit = edit
        self._attached = attached
        self._entry: ReferenceChoice | None = None
        self._number = 0
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        edit.viewport().installEventFilter(self)
        edit.text_changed.connect(lambda _: self.hide())
        edit.verticalScrollBar().valueChanged.connect(lambda _: self.hide())
        self.hide()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        match event:
            case QHelpEvent() if event.type() == QEvent.Type.ToolTip:
                return self._show_at(event.pos())
            case QMouseEvent() if self.isVisible() and self._number_at(event.position().toPoint()) != self._number:
                self.hide()
            case _ if event.type() in (QEvent.Type.Leave, QEvent.Type.Hide):
                self.hide()
        return False

    def _number_at(self, point: QPoint) -> int | None:
        if (letter := self._edit.letter_at(point)) is None:
            return None
        line, at = letter
        return next((span.number for span in find_mentions(line) if span.start <= at < span.stop), None)

    def _show_at(self, point: QPoint) -> bool:
        number = self._number_at(point)
        if number is None:
            return False
        self._number = number
        self._entry = next((entry for entry in self._attached() if entry.number == number), None)
        picture = self._picture_size()
        head = text_width(self._theme.font(SIZE.SMALL, WEIGHT.MEDIUM), self._head())
        width = max(picture.width(), min(_LARGEST.width(), max(head, 120)))
        self.resize(width + 16, picture.height() + _WORDS + (16 if picture.height() else 6))
        host = self.parentWidget()
        assert host is not None
        corner = self._edit.viewport().mapTo(host, point + QPoint(-12, 18))
        if corner.y() + self.height() > host.height() - 8:
            corner = self._edit.viewport().mapTo(host, point - QPoint(12, self.height() + 14))
        self.move(max(16, min(corner.x(), host.width() - self.width() - 16)), max(8, corner.y()))
        self.setAccessibleName(f"{self._head()}, {self._told()}")
        self.show()
        self.raise_()
        self.update()
        return True

    def _head(self) -> str:
        return f"@image{self._number}"

    def _told(self) -> str:
        return self._entry.detail if self._entry else f"There is no reference {self._number}"

    def _picture_size(self) -> QSize:
        if self._entry is None:
            return QSize(0, 0)
        if self._entry.picture is None:
            return QSize(120, 60)
        return self._entry.picture.size().scaled(_LARGEST, Qt.AspectRatioMode.KeepAspectRatio)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        tokens, size = self._theme.tokens, self._picture_size()
        with QPainter(self) as painter:
            area = QRect(QPoint((self.width() - size.width()) // 2, 8), size)
            if self._entry is not None and self._entry.picture is not None:
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                painter.save()
                painter.setClipPath(rounded_path(area, RADIUS.CONTROL))
                painter.drawImage(area, self._entry.picture)
                painter.restore()
            elif self._entry is not None:
                draw_icon(painter, "image", QPointF(area.center()), tokens.text3)
            words = self.rect().adjusted(10, self.height() - _WORDS, -10, -6)
            name, told = words.adjusted(0, 0, 0, -18), words.adjusted(0, 18, 0, 0)
            font = self._theme.font(SIZE.SMALL, WEIGHT.MEDIUM)
            one_line(painter, name, LEFT, self._head(), font, tokens.accent if self._entry else tokens.text)
            one_line(painter, told, LEFT, self._told(), self._theme.font(SIZE.CAPTION), tokens.text2)
