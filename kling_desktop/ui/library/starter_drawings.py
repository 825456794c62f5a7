"""Small moving drawings of what the five kinds of clip do."""

from math import sin, tau

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPen, QPolygonF

from kling_desktop.domain.request.generation_type import GenerationType
from kling_desktop.ui.widgets.paint import rounded_path

# Pictures have colours of their own: an evening, as the marks of the sandbox's clips have it.
_NIGHT, _PLUM, _ROSE, _AMBER, _CREAM = (
    QColor(name) for name in ("#171127", "#4a2a4e", "#be5c58", "#f2a93b", "#ffe2b0")
)
_RAIN, _FRAME = QColor("#a9c3e8"), QColor("#ffffff")


def draw_starter(painter: QPainter, kind: GenerationType, area: QRectF, time: float) -> None:
    """The drawing of `kind` in `area`, at a time from 0 to 1 of its loop."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipRect(area)
    painter.translate(area.topLeft())
    size = QRectF(0, 0, area.width(), area.height())
    swing = (1 - sin(tau * (time + 0.25))) / 2
    match kind:
        case GenerationType.TEXT:
            _scene(painter, size, 0.15 + 0.5 * swing)
            _words(painter, size, time)
        case GenerationType.START:
            grow = 1 + 0.3 * swing
            painter.save()
            painter.translate(size.center())
            painter.scale(grow, grow)
            painter.translate(-size.center())
            _scene(painter, size, 0.5)
            painter.restore()
            rim = size.width() * 0.14 * (1 - swing) + 6
            _outline(painter, size.adjusted(rim, rim * 9 / 16, -rim, -rim * 9 / 16))
        case GenerationType.START_AND_END:
            _scene(painter, size, 0.08 + 0.84 * swing)
            for nth, at in enumerate((0.08, 0.92)):
                small = _thumb(size, nth)
                painter.save()
                painter.setClipPath(rounded_path(small, 3))
                painter.translate(small.topLeft())
                _scene(painter, QRectF(0, 0, small.width(), small.height()), at)
                painter.restore()
                _outline(painter, small)
        case GenerationType.REFERENCES:
            _scene(painter, size, 0.7)
            _figure(painter, size, 0.12 + 0.62 * time, tau * 3 * time)
            for nth in range(2):
                small = _thumb(size, nth, together=True)
                painter.fillPath(rounded_path(small, 3), _PLUM if nth else _ROSE)
                _face(painter, small) if not nth else _hill(painter, small)
                _outline(painter, small)
        case GenerationType.EDIT:
            _scene(painter, size, 0.55)
            split = size.width() * (0.12 + 0.76 * swing)
            painter.save()
            painter.setClipRect(QRectF(0, 0, split, size.height()))
            painter.fillRect(size, QColor(20, 26, 44, 150))
            _rain(painter, size, time)
            painter.restore()
            painter.setPen(QPen(_FRAME, 1.5))
            painter.drawLine(QPointF(split, 0), QPointF(split, size.height()))
    painter.restore()


def _scene(painter: QPainter, size: QRectF, day: float) -> None:
    """Hills under a sun that crosses the sky as `day` goes from 0 to 1."""
    width, height = size.width(), size.height()
    sky = QLinearGradient(0, 0, 0, height)
    sky.setColorAt(0, _mixed(_NIGHT, _PLUM, day))
    sky.setColorAt(0.75, _mixed(_PLUM, _ROSE, day))
    sky.setColorAt(1, _mixed(_ROSE, _AMBER, day))
    painter.fillRect(size, sky)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_mixed(_AMBER, _CREAM, day))
    sun = QPointF(width * (0.15 + 0.7 * day), height * (0.62 - 0.38 * sin(day * tau / 2)))
    painter.drawEllipse(sun, height * 0.12, height * 0.12)
    for base, tops, colour in ((0.72, (0.5, 0.7, 0.46, 0.66), "#5b2f4f"), (0.86, (0.8, 0.62, 0.84, 0.7), "#33203c")):
        points = [QPointF(width * nth / (len(tops) - 1), height * top) for nth, top in enumerate(tops)]
        ends = [QPointF(width, height), QPointF(0, height * base), QPointF(0, height)]
        painter.setBrush(QColor(colour))
        painter.drawPolygon(QPolygonF([*points, ends[0], ends[2]]))


def _words(painter: QPainter, size: QRectF, time: float) -> None:
    """Lines that are being written."""
    left, top = size.width() * 0.1, size.height() * 0.16
    for nth, length in enumerate((0.5, 0.38)):
        written = min(max(time * 2.6 - nth * 0.9, 0), 1) * length * size.width()
        line = QRectF(left, top + nth * size.height() * 0.13, written, size.height() * 0.055)
        painter.fillPath(rounded_path(line, 2), _FRAME)


def _thumb(size: QRectF, nth: int, *, together: bool = False) -> QRectF:
    width, height = size.width() * 0.22, size.height() * 0.24
    across = size.width() * 0.06 + nth * (width + 4) if together or not nth else size.width() * 0.94 - width
    return QRectF(across, size.height() * 0.94 - height, width, height)


def _outline(painter: QPainter, area: QRectF) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(_FRAME, 1.5))
    painter.drawRoundedRect(area, 3, 3)
    painter.setPen(Qt.PenStyle.NoPen)


def _figure(painter: QPainter, size: QRectF, across: float, step: float) -> None:
    """Someone who walks."""
    height = size.height()
    foot = QPointF(size.width() * across, height * 0.86 - abs(sin(step)) * height * 0.02)
    painter.setBrush(_NIGHT)
    painter.drawRoundedRect(
        QRectF(foot.x() - height * 0.06, foot.y() - height * 0.26, height * 0.12, height * 0.26), 5, 5
    )
    painter.drawEllipse(QPointF(foot.x(), foot.y() - height * 0.33), height * 0.07, height * 0.07)


def _face(painter: QPainter, area: QRectF) -> None:
    painter.setBrush(_NIGHT)
    painter.drawEllipse(area.center() - QPointF(0, area.height() * 0.08), area.height() * 0.2, area.height() * 0.2)
    painter.save()
    painter.setClipPath(rounded_path(area, 3))
    painter.drawEllipse(
        QPointF(area.center().x(), area.bottom() + area.height() * 0.1), area.height() * 0.4, area.height() * 0.4
    )
    painter.restore()


def _hill(painter: QPainter, area: QRectF) -> None:
    painter.setBrush(_AMBER)
    painter.drawEllipse(QPointF(area.left() + area.width() * 0.68, area.top() + area.height() * 0.34), 3, 3)
    painter.setBrush(_NIGHT)
    points = ((0.04, 0.94), (0.36, 0.42), (0.6, 0.74), (0.76, 0.56), (0.96, 0.94))
    corners = [QPointF(area.left() + area.width() * x, area.top() + area.height() * y) for x, y in points]
    painter.drawPolygon(QPolygonF(corners))


def _rain(painter: QPainter, size: QRectF, time: float) -> None:
    painter.setPen(QPen(_RAIN, 1.2))
    for nth in range(26):
        left = (nth * 37 % 100) / 100 * size.width()
        top = ((nth * 53 % 100) / 100 + time * 2) % 1 * size.height()
        painter.drawLine(QPointF(left, top), QPointF(left - 3, top + size.height() * 0.1))


def _mixed(one: QColor, other: QColor, share: float) -> QColor:
    mixed = (a * (1 - share) + b * share for a, b in zip(one.getRgbF()[:3], other.getRgbF()[:3], strict=True))  # type: ignore[index]
    return QColor.fromRgbF(*mixed)
