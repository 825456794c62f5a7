"""What one clip shows, frame by frame."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from kling_desktop.sandbox.backdrop import filled, glow, gradient
from kling_desktop.sandbox.lettering import Lettering
from kling_desktop.sandbox.marks import draw_marks

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Scene:
    """The parts of one clip. `tiles` are the pictures it was made from, by their names; an edit's first is `base`."""

    size: tuple[int, int]
    frames: int
    prompt: str
    way: str
    tiles: tuple[tuple[str, Image.Image], ...] = ()
    start: Image.Image | None = None
    end: Image.Image | None = None
    base: Iterator[Image.Image] | None = None


def painted(scene: Scene) -> Iterator[Image.Image]:
    """The frames, one after another. Most of each is copied from what never changes, which keeps it quick."""
    lettering = Lettering(scene)
    grounds = [filled(picture, scene.size) for picture in (scene.start, scene.end) if picture is not None]
    grounds = grounds or [gradient(scene.size, scene.prompt)]
    stills = [_over(ground, lettering.layer) for ground in grounds]
    light, mask = glow(min(scene.size) // 3, scene.prompt)
    for number in range(scene.frames):
        progress = number / max(1, scene.frames - 1)
        frame = _between(stills, progress)
        box = _drift(scene.size, light.width, progress)
        patch = _between([ground.crop(box) for ground in grounds], progress)
        patch.paste(light, (0, 0), mask)
        words = lettering.layer.crop(box)
        patch.paste(words, (0, 0), words)
        frame.paste(patch, box)
        if scene.base is not None and lettering.base_box is not None:
            left, top, right, bottom = lettering.base_box
            shown = next(scene.base, None)
            if shown is not None:
                held = shown.resize((right - left, bottom - top), Image.Resampling.BILINEAR)
            frame.paste(held, lettering.base_box)
        draw = ImageDraw.Draw(frame)
        lettering.draw_counter(draw, number)
        draw_marks(draw, *scene.size, number)
        yield frame


def _over(ground: Image.Image, layer: Image.Image) -> Image.Image:
    still = ground.copy()
    still.paste(layer, (0, 0), layer)
    return still


def _between(pictures: list[Image.Image], progress: float) -> Image.Image:
    """The first picture, fading into the last one over the clip's middle."""
    if len(pictures) == 1 or progress < 0.2:
        return pictures[0].copy()
    if progress > 0.8:
        return pictures[-1].copy()
    return Image.blend(pictures[0], pictures[-1], (progress - 0.2) / 0.6)


def _drift(size: tuple[int, int], side: int, progress: float) -> tuple[int, int, int, int]:
    """Where the light is: across the frame, on a wave."""
    left = round(size[0] * 0.05 + (size[0] * 0.9 - side) * progress)
    top = round(size[1] * (0.33 + 0.05 * math.sin(progress * math.tau)) - side / 3)
    return left, top, left + side, top + side
