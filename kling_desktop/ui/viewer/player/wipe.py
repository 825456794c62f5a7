"""Two videos in one view: the first on the left of a line, the second on the right."""

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter

from kling_desktop.media.image.pixel_buffer import PixelBuffer
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.viewer.player.frame_view import MARK, FrameView
from kling_desktop.ui.widgets.paint import as_image


class Wipe(FrameView):
    """The line follows the pressed pointer. `at` is its position, 0 to 1 of the picture's width."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.at = 0.5
        self._second: PixelBuffer | None = None
        self._second_image = QImage()
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setAccessibleName("Two takes, one wiped over the other")

    def show_picture_of(self, nth: int, picture: PixelBuffer) -> None:
        """Show the picture of the first video (0) or the second (1); others are ignored."""
        if nth == 0:
            self.show_picture(picture)
        elif nth == 1:
            self._second, self._second_image = picture, as_image(picture)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._wipe_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._wipe_to(event.position().x())

    def _wipe_to(self, x: float) -> None:
        place = self.image_area(self._image)
        self.at = max(0.0, min(1.0, (x - place.left()) / max(1, place.width())))
        self.update()

    def _paint_picture(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        place = self.image_area(self._image)
        line = place.left() + round(place.width() * self.at)
        painter.drawImage(place, self._image)
        if not self._second_image.isNull():
            right = QRect(line, 0, self.width() - line, self.height())
            painter.setClipRect(right)
            painter.fillRect(right, self._theme.tokens.bg)
            painter.drawImage(self.image_area(self._second_image), self._second_image)
            painter.setClipping(False)
        self._round_off(painter, place)
        painter.fillRect(QRectF(line - 1, place.top(), 2, place.height()), self._theme.tokens.accent)
        top = place.top() + SPACE.S
        for mark, x in (("1", place.left() + SPACE.S), ("2", place.right() - SPACE.S - MARK.width())):
            self._paint_mark(painter, mark, QPoint(x, top))
