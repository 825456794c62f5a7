"""The rows of the lineage tree."""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from kling_desktop.ui.theme import RADIUS, SIZE, SPACE, WEIGHT, Theme
from kling_desktop.ui.widgets.label import plain_tip
from kling_desktop.ui.widgets.paint import LEFT, box, draw_covering, draw_icon, one_line
from kling_desktop.ui.widgets.pressable import Pressable

SPINE: Final = 7.5
"""The position of the line of the current clip."""
STEP: Final = 14.0
"""The distance between the lines of two generations."""
_BESIDE: Final = 16
_LARGE, _SMALL = QSize(56, 36), QSize(44, 28)
_PLAIN: Final = 28
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class LineageRow(Pressable):
    """A row with a dot on the line of its generation. leads: whether a click leads somewhere."""

    stepped = Signal(int)
    """The keyboard should move to the row above (-1) or below (1)."""

    def __init__(self, theme: Theme, generation: int, words: str, *, leads: bool = True) -> None:
        super().__init__(theme, words, RADIUS.CONTROL)
        self.leads = leads
        self._generation = generation
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(words)
        if leads:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    @property
    def dot(self) -> QPointF:
        """The centre of the dot, in the row's coordinates."""
        return QPointF(SPINE + STEP * self._generation, self.height() / 2)

    @property
    def left(self) -> float:
        """The left edge of its text or picture."""
        return self.dot.x() + _BESIDE

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.stepped.emit(step)
        else:
            super().keyPressEvent(event)

    def _paint_base(self, painter: QPainter, fill: QColor | None = None, line: QColor | None = None) -> None:
        tokens = self._theme.tokens
        if self.isEnabled() and (self.underMouse() or self.isDown()):
            box(painter, self.rect().adjusted(round(self.dot.x()) + 8, 0, 0, 0), RADIUS.CONTROL, tokens.hover)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(line or tokens.text3, 1.5))
        painter.setBrush(fill or tokens.pane)
        painter.drawEllipse(self.dot, 3.5, 3.5)


class ClipRow(LineageRow):
    """A clip: its picture, its relation to the clip it hangs on, and its prompt. One that is gone leads nowhere."""

    def __init__(self, theme: Theme, generation: int, said: str, words: str, *, there: bool) -> None:
        super().__init__(theme, generation, said, leads=there)
        self._words = words or "Without a prompt"
        self._picture: QImage | None = None
        self._thumb = _LARGE if generation == 1 else _SMALL
        gone = "" if there else "This clip is no longer in the library."
        self.setAccessibleName(f"{said}: {self._words}" + (f". {gone}" if gone else ""))
        self._lines = tuple(part for part in (said, words, gone or "Click to see it.") if part)
        self.show_also(())
        self.setEnabled(there)

    def sizeHint(self) -> QSize:
        return QSize(220, self._thumb.height() + SPACE.M)

    def show_also(self, relations: Iterable[str]) -> None:
        """Say on hover, besides what it is, how else it is related."""
        self.setToolTip(plain_tip("\n".join((*self._lines, *relations))))

    def show_picture(self, image: QImage | None) -> None:
        self._picture = image
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens, there = self._theme.tokens, self.isEnabled()
        thumb = QRectF(self.left, (self.height() - self._thumb.height()) / 2, self._thumb.width(), self._thumb.height())
        with QPainter(self) as painter:
            self._paint_base(painter)
            if self._picture is None:
                box(painter, thumb, RADIUS.TAG, tokens.field, tokens.line, dashed=not there)
                draw_icon(painter, "film", thumb.center(), tokens.text3, 16)
            else:
                painter.setOpacity(1.0 if there else 0.5)
                draw_covering(painter, thumb, self._picture, RADIUS.TAG)
                painter.setOpacity(1.0)
            at = thumb.right() + SPACE.M
            words = QRectF(at, self.height() / 2 - 18, self.width() - at - SPACE.S, 18)
            colour = tokens.text if there else tokens.text2
            one_line(painter, words, LEFT, self.text(), self._theme.font(SIZE.SMALL, WEIGHT.MEDIUM), colour)
            below = self._words if there else f"Gone: {self._words}"
            one_line(painter, words.translated(0, 18), LEFT, below, self._theme.font(SIZE.CAPTION), tokens.text3)


class TextRow(LineageRow):
    """Text, perhaps with an icon: a preset, or how many more clips there are. here: the current clip."""

    def __init__(
        self, theme: Theme, generation: int, words: str, icon: str = "", *, leads: bool = True, here: bool = False
    ) -> None:
        super().__init__(theme, generation, words, leads=leads)
        self._icon = icon
        self._here = here
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not leads)

    def sizeHint(self) -> QSize:
        return QSize(220, _PLAIN)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        with QPainter(self) as painter:
            self._paint_base(painter, *((tokens.accent, tokens.accent) if self._here else ()))
            at = self.left
            if self._icon:
                draw_icon(painter, self._icon, QPointF(at + 8, self.height() / 2), tokens.text3, 16)
                at += 16 + SPACE.S
            weight = WEIGHT.MEDIUM if self._here or self.leads else WEIGHT.REGULAR
            colour = tokens.accent if self.leads else tokens.text2
            area = QRectF(at, 0, self.width() - at - SPACE.S, self.height())
            one_line(painter, area, LEFT, self.text(), self._theme.font(SIZE.SMALL, weight), colour)
