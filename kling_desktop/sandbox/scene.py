"""The parts that a clip is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from PIL import Image


@dataclass(frozen=True, slots=True)
class Scene:
    """The parts of a clip. `tiles` are the images that it was made from, by name; if `base`, the file of the video
    to edit, is given, the first tile is its poster.
    """

    size: tuple[int, int]
    frames: int
    prompt: str
    way: str
    tiles: tuple[tuple[str, Image.Image], ...] = ()
    start: Image.Image | None = None
    end: Image.Image | None = None
    base: Path | None = None
