"""Draws the app's icons in the sizes and formats that each system wants, from the two drawings in resources/icons."""

import sys
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

ROOT = Path(__file__).resolve().parent.parent
LARGE, SMALL = ROOT / "resources/icons/app.svg", ROOT / "resources/icons/app-small.svg"
SMALL_UP_TO = 24
"""Pixels up to which the simpler drawing is used."""
HICOLOR_SIZES = (16, 22, 24, 32, 48, 64, 96, 128, 192, 256, 512)
_ICO_SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)


def draw(size: int) -> Image.Image:
    """Draw the icon, `size` pixels square."""
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        QSvgRenderer(str(SMALL if size <= SMALL_UP_TO else LARGE)).render(painter, QRectF(0, 0, size, size))
    rgba = image.convertToFormat(QImage.Format.Format_RGBA8888)
    return Image.frombytes("RGBA", (size, size), bytes(rgba.constBits()))


def write_hicolor(theme: Path, name: str) -> None:
    """Write the icon theme's folders below `theme`, as PNG and as a drawing."""
    for size in HICOLOR_SIZES:
        folder = theme / f"{size}x{size}" / "apps"
        folder.mkdir(parents=True, exist_ok=True)
        draw(size).save(folder / f"{name}.png", optimize=True)
    scalable = theme / "scalable" / "apps"
    scalable.mkdir(parents=True, exist_ok=True)
    (scalable / f"{name}.svg").write_bytes(LARGE.read_bytes())


def write_ico(file: Path) -> None:
    """Write the icon for Windows."""
    images = [draw(size) for size in _ICO_SIZES]
    images[-1].save(file, sizes=[(size, size) for size in _ICO_SIZES], append_images=images[:-1])


def write_icns(file: Path) -> None:
    """Write the icon for macOS."""
    draw(1024).save(file, append_images=[draw(size) for size in (16, 32, 64, 128, 256, 512)])


def main(folder: Path) -> None:
    """Write both, for the spec of the bundle."""
    folder.mkdir(parents=True, exist_ok=True)
    write_ico(folder / "app.ico")
    write_icns(folder / "app.icns")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
