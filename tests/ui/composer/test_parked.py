"""How a picture looks that is set aside."""

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPainter, QPixmap

from kling_desktop.ui.composer.media_input.preview_cache import load_preview
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets import SlotState, SlotView
from kling_desktop.ui.widgets.slot_painter import SlotLook, SlotPainter

SIZE = QSize(178, 111)


def _parked(theme: Theme, picture: QImage) -> QImage:
    canvas = QPixmap(SIZE)
    with QPainter(canvas) as painter:
        SlotPainter(theme).paint(
            painter, SlotLook(SlotView(SlotState.PARKED, "Set aside", picture), SIZE, "plus", None, False, False)
        )
    return canvas.toImage()


def _colourfulness(image: QImage) -> int:
    spread = []
    for x in range(8, image.width() - 8):
        for y in range(8, image.height() - 8):
            colour = image.pixelColor(x, y)
            sides = colour.red(), colour.green(), colour.blue()
            spread.append(max(sides) - min(sides))
    return max(spread)


@pytest.mark.parametrize("fourth", [b"\x00", b"\xff"])
def test_bright_parts_of_a_parked_image_stay_pale(theme: Theme, fourth: bytes) -> None:
    """The fourth byte of a pixel without transparency has no meaning, so it must not change what is seen."""
    theme.force("light")
    pixels = b"".join(bytes((level, 255, 250)) + fourth for level in range(200, 256)) * 356
    bright = QImage(pixels[: SIZE.width() * SIZE.height() * 4], *SIZE.toTuple(), QImage.Format.Format_RGB32)
    assert _colourfulness(_parked(theme, bright)) < 12


def test_an_image_from_a_file_is_complete_to_the_last_byte(tmp_path: Path) -> None:
    Image.new("RGB", (640, 400), "white").save(tmp_path / "white.png")
    picture = load_preview(tmp_path / "white.png")
    assert picture is not None
    assert bytes(picture.constBits()[:4]) == b"\xff" * 4
