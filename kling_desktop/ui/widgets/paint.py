"""Painting that several widgets share."""

from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QImage, QPainter, QPainterPath, QPen, QPixmap

from kling_desktop.media.image.pixel_buffer import PixelBuffer
from kling_desktop.ui.qt.icons import icon_pixmap
from kling_desktop.ui.theme import RADIUS, SIZE, Theme

LEFT: Final = Qt.AlignmentFlag.AlignLeft.value | Qt.AlignmentFlag.AlignVCenter.value
RIGHT: Final = Qt.AlignmentFlag.AlignRight.value | Qt.AlignmentFlag.AlignVCenter.value
CENTRE: Final = Qt.AlignmentFlag.AlignCenter.value
WRAPPED: Final = CENTRE | Qt.TextFlag.TextWordWrap.value
SHUT_OPACITY: Final = 0.45
BESIDE_POINTER: Final = QPoint(12, 20)
"""From the tip of the pointer to the corner of a drag picture: text in the middle below the pointer stays readable."""
_ROOM: Final = 5


def box(
    painter: QPainter,
    area: QRect | QRectF,
    radius: float,
    fill: QColor | None,
    line: QColor | None = None,
    width: float = 1.0,
    *,
    dashed: bool = False,
) -> None:
    """A rounded rectangle whose outline lies inside `area`."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QBrush(fill) if fill is not None else Qt.BrushStyle.NoBrush)
    inset = 0.0
    if line is None:
        painter.setPen(Qt.PenStyle.NoPen)
    else:
        pen = QPen(line, width)
        if dashed:
            pen.setDashPattern([3.0 / width, 3.0 / width])
        painter.setPen(pen)
        inset = width / 2
    painter.drawRoundedRect(QRectF(area).adjusted(inset, inset, -inset, -inset), radius - inset, radius - inset)


def draw_icon(painter: QPainter, name: str, centre: QPointF, colour: QColor, size: int = 20) -> None:
    """The icon `name`, tinted, around `centre`."""
    pixmap = icon_pixmap(name, colour, size, painter.device().devicePixelRatioF())
    # On whole pixels, or the 1.5 px strokes blur.
    painter.drawPixmap(QPointF(round(centre.x() - size / 2), round(centre.y() - size / 2)), pixmap)


def one_line(painter: QPainter, area: QRect | QRectF, flags: int, text: str, font: QFont, colour: QColor) -> None:
    """`text` on one line, ending in … where there is no room."""
    if not text:
        return
    painter.setFont(font)
    painter.setPen(colour)
    whole = QRectF(area)
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, int(whole.width()) + 1)
    painter.drawText(whole, flags, shown)


def text_width(font: QFont, text: str) -> int:
    """The width of `text` on one line, px."""
    return QFontMetrics(font).horizontalAdvance(text)


def rounded_path(area: QRect | QRectF, radius: float) -> QPainterPath:
    """For clipping pictures to their frame."""
    path = QPainterPath()
    path.addRoundedRect(QRectF(area), radius, radius)
    return path


def as_image(picture: PixelBuffer) -> QImage:
    """An image that borrows the picture's bytes: keep the picture as long as the image."""
    form = QImage.Format.Format_ARGB32 if picture.has_alpha else QImage.Format.Format_RGB32
    return QImage(picture.data, picture.width, picture.height, picture.stride, form)


def cover(image: QImage, size: QSize, ratio: float) -> QPixmap:
    """`image` scaled and cropped in the middle to fill `size` px on a screen of device pixel ratio `ratio`."""
    wanted = size * ratio
    # Cropped before scaling: a picture one pixel wide would otherwise grow to a gigabyte.
    scale = max(wanted.width() / image.width(), wanted.height() / image.height())
    width = min(image.width(), max(1, round(wanted.width() / scale)))
    height = min(image.height(), max(1, round(wanted.height() / scale)))
    middle = image.copy((image.width() - width) // 2, (image.height() - height) // 2, width, height)
    pixmap = QPixmap.fromImage(middle.scaled(wanted, mode=Qt.TransformationMode.SmoothTransformation))
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def draw_covering(painter: QPainter, area: QRect | QRectF, image: QImage, radius: float) -> None:
    """`image` cropped in the middle to fill `area`, with rounded corners."""
    place = QRectF(area)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipPath(rounded_path(place, radius))
    painter.drawPixmap(place.topLeft(), cover(image, place.size().toSize(), painter.device().devicePixelRatioF()))
    painter.restore()


def draw_stretched(painter: QPainter, area: QRect, image: QImage) -> None:
    """`image` as large as `area`: smooth, unless it has that size already and the fastest way is as good."""
    is_stretched = image.size() != area.size() * painter.device().devicePixelRatioF()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_stretched)
    painter.drawImage(area, image)


def contain(image: QImage, size: QSize, ratio: float) -> QPixmap:
    """All of `image` in the middle of `size` px, with margins around it, on a screen of device pixel ratio `ratio`."""
    wanted = size * ratio
    room = wanted - QSize(2, 2) * (_ROOM * ratio)
    inner = image.size().scaled(room.expandedTo(QSize(1, 1)), Qt.AspectRatioMode.KeepAspectRatio)
    inner = inner.expandedTo(QSize(1, 1))
    pixmap = QPixmap(wanted)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        left, top = (wanted.width() - inner.width()) // 2, (wanted.height() - inner.height()) // 2
        painter.drawImage(left, top, image.scaled(inner, mode=Qt.TransformationMode.SmoothTransformation))
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def paint_button(theme: Theme, painter: QPainter, area: QRect, label: str, *, hovered: bool, pressed: bool) -> None:
    """A button painted on an item of a view."""
    tokens = theme.tokens
    box(painter, area, RADIUS.CONTROL, tokens.raised, tokens.text3 if hovered else tokens.line_strong)
    if hovered:
        box(painter, area, RADIUS.CONTROL, tokens.pressed if pressed else tokens.hover)
    one_line(painter, area, CENTRE, label, theme.font(SIZE.SMALL), tokens.text)
