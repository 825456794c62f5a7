"""A poster as a card shows it, made without Qt."""

from functools import lru_cache
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageOps

from kling_desktop.ui.theme import RADIUS

_SHADE_HEIGHT: Final = 44


def poster_image(path: str, width: int, height: int, ratio: float, shade: int) -> Image.Image | None:
    """The poster as `cropped_poster` makes it; None when it can't be read."""
    try:
        with Image.open(path) as opened:
            opened.draft("RGB", (width, height))
            whole = ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    return cropped_poster(whole, width, height, ratio, shade)


def cropped_poster(whole: Image.Image, width: int, height: int, ratio: float, shade: int) -> Image.Image:
    """A picture cropped to fill `width` × `height` px, with rounded corners, darkened at the bottom for the caption.

    shade: how dark, of 255; 0 for a small one without a caption. RGBA with premultiplied alpha.
    """
    filled = ImageOps.fit(whole, (width, height), Image.Resampling.BILINEAR)
    return ImageChops.multiply(filled.convert("RGBA"), _mask(width, height, ratio, shade))


@lru_cache(4)
def _mask(width: int, height: int, ratio: float, shade: int) -> Image.Image:
    """The factors for colours and alpha at each pixel."""
    alpha = _rounded(width, height, (RADIUS.CARD if shade else RADIUS.TAG) * ratio)
    colours = alpha
    if shade:
        darkened = _shade(width, height, round(_SHADE_HEIGHT * ratio), shade)
        colours = ImageChops.multiply(alpha, ImageChops.invert(darkened))
    return Image.merge("RGBA", (colours, colours, colours, alpha))


def _rounded(width: int, height: int, radius: float) -> Image.Image:
    """A mask with smooth round corners."""
    large = Image.new("L", (4 * width, 4 * height))
    ImageDraw.Draw(large).rounded_rectangle((0, 0, 4 * width - 1, 4 * height - 1), 4 * radius, fill=255)
    return large.resize((width, height), Image.Resampling.BOX)


def _shade(width: int, height: int, foot: int, shade: int) -> Image.Image:
    """A mask that rises to `shade` (of 255) over the lowest `foot` px."""
    mask = Image.new("L", (width, height))
    for line in range(foot):
        mask.paste(shade * line // foot, (0, height - foot + line, width, height - foot + line + 1))
    return mask
