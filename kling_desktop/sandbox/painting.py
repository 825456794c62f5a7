"""Paints the frames of a clip."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PIL import Image

from kling_desktop.sandbox.backdrop import filled, glow, gradient
from kling_desktop.sandbox.film import read_film
from kling_desktop.sandbox.lettering import Lettering
from kling_desktop.sandbox.planes import Box, Planes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kling_desktop.sandbox.scene import Scene


def painted(scene: Scene) -> Iterator[Planes]:
    """Yield the frames. Most of each is copied from what never changes, which makes it fast."""
    lettering = Lettering(scene)
    grounds = [filled(picture, scene.size) for picture in (scene.start, scene.end) if picture is not None]
    grounds = grounds or [gradient(scene.size, scene.prompt)]
    stills = [Planes.of(_over(ground, lettering.layer)) for ground in grounds]
    light, mask = glow(min(scene.size) // 6 * 2, scene.prompt)
    box, base = _base(scene, lettering)
    for number in range(scene.frames):
        progress = number / max(1, scene.frames - 1)
        fade = min(1.0, max(0.0, (progress - 0.2) / 0.6)) if len(grounds) > 1 else 0.0
        frame = stills[0].copy() if fade == 0 else stills[0].blended(stills[1], fade)
        spot = _drift(scene.size, light.width, progress)
        patch = grounds[0].crop(spot)
        if fade:
            patch = Image.blend(patch, grounds[1].crop(spot), fade)
        patch.paste(light, (0, 0), mask)
        words = lettering.layer.crop(spot)
        patch.paste(words, (0, 0), words)
        frame.paste(patch, spot)
        shown = next(base, None)
        if shown is not None:
            frame.paste(shown, box)
        for moving, place in lettering.moving(number):
            frame.paste(moving, place)
        yield frame


def _over(ground: Image.Image, layer: Image.Image) -> Image.Image:
    still = ground.copy()
    still.paste(layer, (0, 0), layer)
    return still


def _base(scene: Scene, lettering: Lettering) -> tuple[Box, Iterator[Image.Image]]:
    """Return where the base video plays, and its frames. If it is shorter, its last frame stays."""
    if scene.base is None or lettering.base_box is None:
        return (0, 0, 0, 0), iter(())
    left, top, right, bottom = lettering.base_box
    return lettering.base_box, _held(read_film(scene.base, (right - left, bottom - top)))


def _held(frames: Iterator[Image.Image]) -> Iterator[Image.Image]:
    picture = None
    for picture in frames:
        yield picture
    while picture is not None:
        yield picture


def _drift(size: tuple[int, int], side: int, progress: float) -> Box:
    """Return where the light is: across the frame, on a wave."""
    left = round((size[0] * 0.05 + (size[0] * 0.9 - side) * progress) / 2) * 2
    top = round((size[1] * (0.40 + 0.05 * math.sin(progress * math.tau)) - side / 2) / 2) * 2
    return left, top, left + side, top + side
