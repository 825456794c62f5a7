"""The icon family, tinted with a theme colour and sharp at any scale."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from kling_desktop.ui.qt.resources import resource


def icon_pixmap(name: str, colour: QColor, size: int = 20, ratio: float = 1.0) -> QPixmap:
    """The icon `name`, `size` px square, in `colour`, for a screen of device pixel ratio `ratio`.

    Raises FileNotFoundError for a name that isn't in `resources/icons`.
    """
    key = f"icon/{name}/{colour.rgba():08x}/{size}/{ratio:g}"
    pixmap = QPixmap()
    if QPixmapCache.find(key, pixmap):
        return pixmap
    renderer = QSvgRenderer(resource(f"icons/{name}.svg").read_bytes())
    side = round(size * ratio)
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        renderer.render(painter, QRectF(0, 0, side, side))
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        painter.fillRect(pixmap.rect(), colour)
    pixmap.setDevicePixelRatio(ratio)
    QPixmapCache.insert(key, pixmap)
    return pixmap


def icon(name: str, colour: QColor, size: int = 20) -> QIcon:
    """The same as a QIcon, for menus and actions. Make it again when the theme has `changed`."""
    made = QIcon()
    for ratio in (1.0, 1.5, 2.0, 3.0):
        made.addPixmap(icon_pixmap(name, colour, size, ratio))
    return made


def app_mark(size: int, ratio: float = 1.0) -> QPixmap:
    """The app's own mark, `size` px square: below 32 device pixels in its simpler drawing."""
    side = round(size * ratio)
    key = f"mark/{side}/{ratio:g}"
    pixmap = QPixmap()
    if QPixmapCache.find(key, pixmap):
        return pixmap
    renderer = QSvgRenderer(resource(f"icons/{'app' if side >= 32 else 'app-small'}.svg").read_bytes())
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        renderer.render(painter, QRectF(0, 0, side, side))
    pixmap.setDevicePixelRatio(ratio)
    QPixmapCache.insert(key, pixmap)
    return pixmap


def app_icon() -> QIcon:
    """The app's icon for windows and the tray, in the sizes that systems ask for."""
    made = QIcon()
    for side in (16, 20, 24, 32, 48, 64, 128, 256):
        made.addPixmap(app_mark(side))
    return made
