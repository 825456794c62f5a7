"""A poster as a card shows it, made without Qt."""

from functools import lru_cache
from typing import Final

from PIL import Image, ImageDraw, ImageOps

from kling_desktop.ui.theme import RADIUS

_SHADE_HEIGHT: Final = 44


def face(path: str, width: int, height: int, ratio: float, shade: int) -> Image.Image | None:
    """The poster as `finished` makes it; None when it can't be read."""
    try:
        with Image.open(path) as opened:
            opened.draft("RGB", (width, height))
            whole = ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    return finished(whole, width, height, ratio, shade)


def finished(whole: Image.Image, width: int, height: int, ratio: float, shade: int) -> Image.Image:
    """A picture cropped to fill `width` × `height` px, corners rounded, darkened at its foot for the caption.

    shade: of 255, how dark; 0 for a small one without a caption. RGBA, the colours already multiplied by the alpha.
    """
    filled = ImageOps.fit(whole, (width, height), Image.Resampling.BILINEAR)
    black = Image.new("RGB", filled.size)
    alpha = _rounded(width, height, (RADIUS.CARD if shade else RADIUS.TAG) * ratio)
    made = filled
    if shade:
        made = Image.composite(black, filled, _shade(width, height, round(_SHADE_HEIGHT * ratio), shade))
    made = Image.composite(made, black, alpha)
    made.putalpha(alpha)
    return made


@lru_cache(4)
def _rounded(width: int, height: int, radius: float) -> Image.Image:
    """A mask with smooth round corners."""
    large = Image.new("L", (4 * width, 4 * height))
    ImageDraw.Draw(large).rounded_rectangle((0, 0, 4 * width - 1, 4 * height - 1), 4 * radius, fill=255)
    return large.resize((width, height), Image.Resampling.BOX)


@lru_cache(4)
def _shade(width: int, height: int, foot: int, shade: int) -> Image.Image:
    """A mask that rises to `shade` (of 255) over the lowest `foot` px."""
    mask = Image.new("L", (width, height))
    for line in range(foot):
        mask.paste(shade * line // foot, (0, height - foot + line, width, height - foot + line + 1))
    return mask
