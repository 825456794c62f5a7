"""The background behind the text: a soft gradient in colors of the prompt, or the image that the video starts from."""

from __future__ import annotations

import colorsys
import hashlib

from PIL import Image, ImageOps

Colour = tuple[int, int, int]


def colours(prompt: str) -> tuple[Colour, Colour, Colour]:
    """Return dark, middle and glow: always the same for the same prompt."""
    digest = hashlib.sha256(prompt.encode("utf-8", "replace")).digest()
    hue = digest[0] / 256
    turn = 0.06 + digest[1] / 256 * 0.10
    return _colour(hue, 0.55, 0.16), _colour(hue + turn, 0.50, 0.44), _colour(hue + 2 * turn, 0.42, 0.95)


def gradient(size: tuple[int, int], prompt: str) -> Image.Image:
    dark, middle, glow = colours(prompt)
    # A quarter of the size is enough for something this soft, and sixteen times as fast.
    small = (size[0] // 4, size[1] // 4)
    slope = Image.linear_gradient("L").rotate(-35, Image.Resampling.BICUBIC, expand=True)
    inner = slope.crop((90, 90, slope.width - 90, slope.height - 90)).resize(small, Image.Resampling.BICUBIC)
    picture = Image.composite(Image.new("RGB", small, middle), Image.new("RGB", small, dark), inner)
    wide = round(max(small) * 1.4)
    halo = _disc(wide, 110)
    picture.paste(Image.new("RGB", halo.size, glow), (small[0] - wide * 3 // 5, -wide * 2 // 5), halo)
    return picture.resize(size, Image.Resampling.BICUBIC)


def filled(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return the image scaled to fill the frame, cropped around its middle."""
    return ImageOps.fit(picture, size, Image.Resampling.BICUBIC)


def glow(side: int, prompt: str) -> tuple[Image.Image, Image.Image]:
    """Return a soft light and its mask."""
    return Image.new("RGB", (side, side), colours(prompt)[2]), _disc(side, 130)


def _disc(side: int, most: int) -> Image.Image:
    """Return a mask that is `most` in the middle and fades to nothing within its square."""
    ramp = [max(0.0, 1 - value / 181) for value in range(256)]  # Pillow's gradient is 181 at the edge of the square.
    lut = [round(most * share * share * (3 - 2 * share)) for share in ramp]
    return Image.radial_gradient("L").point(lut).resize((side, side), Image.Resampling.BICUBIC)


def _colour(hue: float, saturation: float, value: float) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)
