"""One to five stars, given by a click or from the keyboard."""

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kling_desktop.ui.theme import RADIUS, Theme
from kling_desktop.ui.widgets.paint import draw_icon

MOST = 5
_STEP = 20
_SIDE = 16


class StarRating(QWidget):
    """Says `rated(stars)`; shows what it is told. A click on the star that is the last one takes all away.

    Keys: ← → and 0 to 5.
    """

    rated = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rating = 0
        self._hovered = 0
        self.setProperty("ring", RADIUS.TAG)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setToolTip("Rate it (1 to 5, 0 for none)")
        self.show_rating(0)

    @property
    def rating(self) -> int:
        return self._rating

    def show_rating(self, rating: int) -> None:
        self._rating = rating
        self.setAccessibleName(f"Rating: {rating} of {MOST} stars" if rating else "Not rated")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(MOST * self._theme.px(_STEP), self._theme.px(24))

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        shown, step, side = self._hovered or self._rating, self._theme.px(_STEP), self._theme.px(_SIDE)
        with QPainter(self) as painter:
            for nth in range(MOST):
                place = QPointF((nth + 0.5) * step, self.height() / 2)
                if nth < shown:
                    draw_icon(painter, "star-filled", place, tokens.accent, side)
                else:
                    draw_icon(painter, "star", place, tokens.text3, side)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._star_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            star = self._star_at(event.position().x())
            self._hover(0)
            self.rated.emit(0 if star == self._rating else star)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(key), 0)
        if step:
            self.rated.emit(max(0, min(self._rating + step, MOST)))
        elif Qt.Key.Key_0 <= key <= Qt.Key.Key_5:
            self.rated.emit(key - Qt.Key.Key_0)
        else:
            super().keyPressEvent(event)

    def _star_at(self, x: float) -> int:
        return max(1, min(int(x // self._theme.px(_STEP)) + 1, MOST))

    def _hover(self, star: int) -> None:
        if star != self._hovered:
            self._hovered = star
            self.update()
