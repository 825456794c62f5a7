"""Reading the numbers that the sandbox draws into its frames (the layout is told in `sandbox/marks.py`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av

if TYPE_CHECKING:
    from pathlib import Path

    from PIL import Image

_SQUARES = 20


def read_mark(image: Image.Image) -> int | None:
    """The number of a frame of the sandbox's, None if the picture shows none."""
    side = image.width // 96 * 2
    strip = image.crop((0, image.height - side, _SQUARES * side, image.height)).convert("L")
    # The inner half of each square alone: compression blurs the edges.
    inner = side // 4
    whites = []
    for place in range(_SQUARES):
        box = (place * side + inner, inner, (place + 1) * side - inner, side - inner)
        grey = strip.crop(box).tobytes()
        mean = sum(grey) / len(grey)
        if 80 < mean < 175:
            return None
        whites.append(mean >= 175)
    bits = whites[2:18]
    if whites[:2] != [True, False] or not whites[19] or whites[18] != (sum(bits) % 2 == 1):
        return None
    return sum(bit << place for place, bit in enumerate(reversed(bits)))


def read_marks(path: Path) -> list[int | None]:
    """The numbers of every frame of a video, in the order they are shown."""
    with av.open(path) as container:
        return [read_mark(frame.to_image()) for frame in container.decode(video=0)]  # type: ignore[no-untyped-call]
