"""The frame of a media slot: what it looks like, and how it receives media."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QEnterEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from kling_desktop.ui.theme import RADIUS, Theme
from kling_desktop.ui.widgets.label import plain_tip
from kling_desktop.ui.widgets.paint import box, draw_icon
from kling_desktop.ui.widgets.pressable import Pressable
from kling_desktop.ui.widgets.slot_painter import SlotLook, SlotPainter
from kling_desktop.ui.widgets.slot_view import DropAnswer, SlotState, SlotView


class _RemoveButton(Pressable):
    """The small × on a picture. Del does the same, so Tab skips it."""

    def __init__(self, theme: Theme, name: str, parent: QWidget) -> None:
        super().__init__(theme, "", 0, parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(f"Remove {name.lower()}")
        self.setToolTip("Remove (Del)")
        self.setFixedSize(22, 22)
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        with QPainter(self) as painter:
            box(painter, self.rect(), 11, tokens.shade)
            if self.underMouse():
                box(painter, self.rect(), 11, tokens.shade, tokens.on_picture)
            draw_icon(painter, "close", QPointF(11, 11), tokens.on_picture, 14)


class SlotFrame(QWidget):
    """The shell of a media slot. It shows a SlotView and emits what the user does; it decides nothing.

    `accepts` is asked about whatever is dragged over or pasted into it. `dropped` and `pasted` carry the data, which
    lives no longer than the call: read it at once. Emits `drag_requested` when its media is dragged away with the
    mouse, and `drag_over_changed(answer)` as a drag enters; None as it leaves. `aspect` is width over height.
    """

    activated = Signal()
    remove_requested = Signal()
    dropped = Signal(QMimeData)
    pasted = Signal(QMimeData)
    refused = Signal(str)
    menu_requested = Signal(QPoint)
    drag_requested = Signal()
    tag_clicked = Signal()
    drag_over_changed = Signal(object)

    def __init__(
        self,
        theme: Theme,
        name: str,
        accepts: Callable[[QMimeData], DropAnswer],
        *,
        icon: str = "plus",
        aspect: float = 1.6,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._name = name
        self._accepts = accepts
        self._icon = icon
        self._aspect = aspect
        self._painter = SlotPainter(theme)
        self._view = SlotView(SlotState.EMPTY)
        self._offered: DropAnswer | None = None
        self._over: DropAnswer | None = None
        self._pressed_at: QPoint | None = None
        self._is_on_tag = False
        self._remove = _RemoveButton(theme, name, self)
        self._remove.clicked.connect(self.remove_requested)
        self.setAccessibleName(name)
        self.setProperty("ring", RADIUS.SLOT)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def view(self) -> SlotView:
        """The view shown now."""
        return self._view

    @property
    def is_drag_over(self) -> bool:
        """Whether something is held over it now."""
        return self._over is not None

    @property
    def drop_answer(self) -> DropAnswer | None:
        """The answer shown to the data being dragged, over this slot or elsewhere in the window."""
        return self._over or self._offered

    def tag_rect(self) -> QRect:
        """Where the tag is; empty without one."""
        return self._painter.tag_area(self._look(None))

    def show_view(self, view: SlotView) -> None:
        """Show the slot as `view` says."""
        self._view = view
        told = " · ".join(part for part in (view.text, view.caption, view.tag) if part)
        self.setAccessibleDescription(f"{view.state.value}. {told}" if told else view.state.value)
        self.setToolTip(plain_tip(f"{self._name}: {told}" if told else self._name))
        self._place_remove()
        self.update()

    def show_answer(self, answer: DropAnswer | None) -> None:
        """While something is dragged over the window: show what this slot would do with it. None: back to the view."""
        self._offered = answer
        self._place_remove()
        self.update()

    def _place_remove(self) -> None:
        self._remove.move(self.width() - 28, 6)
        is_free = self._over is None and self._offered is None
        self._remove.setVisible(is_free and self._view.removable and (self.underMouse() or self.hasFocus()))

    def _give(self, data: QMimeData, given: Callable[[QMimeData], None]) -> bool:
        answer = self._accepts(data)
        if answer.accepted:
            given(data)
        else:
            self.refused.emit(answer.sentence)
        return answer.accepted

    # Appearance

    def sizeHint(self) -> QSize:
        return QSize(180, self.heightForWidth(180))

    def minimumSizeHint(self) -> QSize:
        return QSize(68, round(68 / self._aspect))

    def heightForWidth(self, width: int) -> int:
        return round(width / self._aspect)

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = self._look(self.drop_answer)
        with QPainter(self) as painter:
            self._painter.paint(painter, look)

    def _look(self, answer: DropAnswer | None) -> SlotLook:
        over, hovered = self._over is not None, self.underMouse()
        return SlotLook(self._view, self.size(), self._icon, answer, over, hovered, self._is_on_tag)

    def _is_tag_at(self, point: QPoint) -> bool:
        return self.tag_rect().contains(point)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_remove()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._place_remove()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._is_on_tag = False
        self._place_remove()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._place_remove()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._place_remove()

    # Interaction

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        on_tag = not event.buttons() and self._is_tag_at(event.position().toPoint())
        if on_tag != self._is_on_tag:
            self._is_on_tag = on_tag
            self.setCursor(Qt.CursorShape.PointingHandCursor if on_tag else Qt.CursorShape.ArrowCursor)
            self.update()
        if self._pressed_at is None or not self._view.removable:
            return
        way = event.position().toPoint() - self._pressed_at
        if way.manhattanLength() >= QApplication.startDragDistance():
            self._pressed_at = None
            self.drag_requested.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        pressed, self._pressed_at = self._pressed_at, None
        point = event.position().toPoint()
        if pressed is None or not self.rect().contains(point):
            return
        if self._is_tag_at(pressed) and self._is_tag_at(point):
            self.tag_clicked.emit()
        else:
            self.activated.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self._give(QGuiApplication.clipboard().mimeData(), self.pasted.emit)
            return
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Space if not event.modifiers():
                self.activated.emit()
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                if self._view.removable:
                    self.remove_requested.emit()
            case _:
                super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_requested.emit(event.globalPos())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        # Even what will be rejected may enter, or there would be no place to say why.
        self._over = self._accepts(event.mimeData())
        self.drag_over_changed.emit(self._over)
        self._place_remove()
        self.update()
        event.accept()

    def dragMoveEvent(self, event: QDropEvent) -> None:
        event.setAccepted(self._over is not None and self._over.accepted)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self._end_drag()

    def dropEvent(self, event: QDropEvent) -> None:
        self._end_drag()
        if self._give(event.mimeData(), self.dropped.emit):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
        else:
            event.ignore()

    def _end_drag(self) -> None:
        self._over = None
        self.drag_over_changed.emit(None)
        self._place_remove()
        self.update()
