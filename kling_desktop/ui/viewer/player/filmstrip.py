"""The clip as a strip of frames, with a playhead that can be dragged."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kling_desktop.media.image.pixel_buffer import PixelBuffer
from kling_desktop.ui.theme import RADIUS, Theme
from kling_desktop.ui.widgets.paint import as_image, box, rounded_path

HEIGHT = 54
_MOST = 24
_OVERHANG = 3
"""How far the playhead sticks out above and below the strip, px."""


class Filmstrip(QWidget):
    """As many whole frames as fit, and a playhead. A click or a drag requests the frame under the pointer."""

    scrubbed = Signal(int)
    """A frame number, 0 first."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._count = 0
        self._number = 0
        self._shape = 1.0
        self._expected = 1
        self.frame_range: tuple[int, int] | None = None
        self._thumbs: dict[int, tuple[PixelBuffer, QImage]] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Timeline")

    def frames_wanted(self, shape: float) -> int:
        """How many evenly spread frames of this shape (width over height) to load."""
        self._shape = max(0.1, shape)
        self._expected = self._room(_MOST)
        return self._expected

    def show_frame(self, nth: int, picture: PixelBuffer) -> None:
        """Show one of the frames."""
        # The image only borrows the bytes of the picture, so both are kept.
        self._thumbs[nth] = (picture, as_image(picture))
        self.update()

    def show_position(self, number: int, count: int) -> None:
        """Move the playhead."""
        if (number, count) != (self._number, self._count):
            self._number, self._count = number, count
            self.setAccessibleDescription(f"Frame {number + 1} of {count}")
            self.update()

    def show_range(self, frames: tuple[int, int] | None) -> None:
        """The first and the last frame that are played; None for all of them."""
        self.frame_range = frames
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(360, HEIGHT + 2 * _OVERHANG)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        strip = QRectF(self.rect()).adjusted(0, _OVERHANG, 0, -_OVERHANG)
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), tokens.bg)
            box(painter, strip, RADIUS.CONTROL, tokens.field)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.setClipPath(rounded_path(strip, RADIUS.CONTROL))
            shown = self._room(self._expected)
            for place in range(shown):
                nth = (2 * place + 1) * self._expected // (2 * shown)
                if nth in self._thumbs:
                    height = strip.height() - 2  # inside the outline
                    picture = QRectF(0, 0, height * self._shape, height)
                    picture.moveCenter(QPointF((place + 0.5) * self.width() / shown, strip.center().y()))
                    painter.drawImage(picture, self._thumbs[nth][1])
            painter.setClipping(False)
            box(painter, strip, RADIUS.CONTROL, None, tokens.line)
            if self.frame_range and self._count:
                self._paint_range(painter, strip, *self.frame_range)
            if self._count:
                at = min(self.width() - 2, max(0, round(self._x_of(self._number)) - 1))
                painter.fillRect(at, 0, 2, self.height(), tokens.accent)

    def _paint_range(self, painter: QPainter, strip: QRectF, first: int, last: int) -> None:
        """Shade the rest."""
        tokens, one = self._theme.tokens, self.width() / self._count
        part = QRectF(first * one, strip.top(), (last + 1 - first) * one, strip.height())
        shade = QColor(tokens.bg)
        shade.setAlphaF(0.7)
        painter.fillRect(QRectF(0, strip.top(), part.left(), strip.height()), shade)
        painter.fillRect(QRectF(part.right(), strip.top(), self.width() - part.right(), strip.height()), shade)
        box(painter, part, RADIUS.TAG, None, tokens.text2)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._scrub(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._scrub(event.position().x())

    def _scrub(self, x: float) -> None:
        if self._count:
            number = int(x * self._count / max(1, self.width()))
            self.scrubbed.emit(max(0, min(number, self._count - 1)))

    def _room(self, most: int) -> int:
        """How many whole frames fit side by side."""
        return max(1, min(most, int(self.width() / (HEIGHT * self._shape))))

    def _x_of(self, number: int) -> float:
        """The middle of a frame on the strip."""
        return (number + 0.5) * self.width() / self._count
