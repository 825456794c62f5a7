"""One frame of a video, whole, in the middle of its area."""

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from kling_desktop.media.image.pixel_buffer import PixelBuffer
from kling_desktop.ui.theme import RADIUS, SIZE, SPACE, WEIGHT, Theme
from kling_desktop.ui.widgets.paint import CENTRE, WRAPPED, as_image, box, one_line, rounded_path

_RESIZE_PAUSE_MS = 120
MARK = QSize(22, 20)


class FrameView(QWidget):
    """Shows the picture it is given, or a sentence that says why there is none.

    mark is its number among several, "" for none; lean is the share of the spare height above the picture, 0 to 1.
    """

    resized = Signal(int, int)
    """The size for the picture in device pixels, once resizing has stopped."""
    double_clicked = Signal()
    drag_started = Signal()
    """The user drags the picture away."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._picture: PixelBuffer | None = None
        self._image = QImage()
        self._problem = ""
        self.mark = ""
        self.lean = 0.5
        self._pressed_at: QPoint | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 160)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._settled = QTimer(self, singleShot=True)
        self._settled.setInterval(_RESIZE_PAUSE_MS)
        self._settled.timeout.connect(lambda: self.resized.emit(*self.area))

    @property
    def shape(self) -> float:
        """Width over height of the picture."""
        return self._image.width() / max(1, self._image.height())

    @property
    def image(self) -> QImage:
        """The picture that is shown; null before there is one."""
        return self._image

    @property
    def problem(self) -> str:
        return self._problem

    @property
    def area(self) -> tuple[int, int]:
        """Width and height in device pixels."""
        ratio = self.devicePixelRatioF()
        return max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio))

    def show_picture(self, picture: PixelBuffer) -> None:
        # The image only borrows the bytes of the picture, so both are kept.
        self._picture = picture
        self._image = as_image(picture)
        self.update()

    def show_problem(self, problem: str) -> None:
        self._problem = problem
        self.setAccessibleDescription(problem)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), tokens.bg)
            if not self._image.isNull():
                self._paint_picture(painter)
            elif self._problem:
                box(painter, self.rect(), RADIUS.CARD, tokens.pane, tokens.line)
                painter.setPen(tokens.text)
                painter.setFont(self._theme.font(SIZE.PROMPT))
                inside = self.rect().adjusted(SPACE.XL, SPACE.XL, -SPACE.XL, -SPACE.XL)
                painter.drawText(inside, WRAPPED, self._problem)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._settled.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._settled.stop()

    def scaled_image(self, width: int) -> QImage:
        """The picture, scaled to that width; null before there is one."""
        return self._image.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        on_it = self.image_area(self._image).contains(event.position().toPoint())
        self._pressed_at = event.position().toPoint() if on_it and event.button() == Qt.MouseButton.LeftButton else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        way = event.position().toPoint() - self._pressed_at if self._pressed_at else QPoint()
        if event.buttons() & Qt.MouseButton.LeftButton and way.manhattanLength() >= QApplication.startDragDistance():
            self._pressed_at = None
            self.drag_started.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.double_clicked.emit()

    def _paint_picture(self, painter: QPainter) -> None:
        place = self.image_area(self._image)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, self._image)
        self._round_off(painter, place)
        if self.mark:
            self._paint_mark(painter, self.mark, place.topLeft() + QPoint(SPACE.S, SPACE.S))

    def _paint_mark(self, painter: QPainter, mark: str, at: QPoint) -> None:
        """Paint its number, by which the text beside it is listed."""
        around = QRect(at, MARK)
        box(painter, around, RADIUS.TAG, self._theme.tokens.shade)
        font = self._theme.font(SIZE.SMALL, WEIGHT.STRONG)
        one_line(painter, around, CENTRE, mark, font, self._theme.tokens.on_picture)

    def _round_off(self, painter: QPainter, place: QRect) -> None:
        # Paint over the corners, since a clip path would leave them jagged.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        corners = rounded_path(place, RADIUS.CARD)
        corners.addRect(QRectF(place))
        painter.fillPath(corners, self._theme.tokens.bg)

    def image_area(self, image: QImage) -> QRect:
        """Where a picture is painted."""
        size = image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        spare = self.height() - size.height()
        return QRect(QPoint((self.width() - size.width()) // 2, round(spare * self.lean)), QSize(size))
