"""Encodes frames as MP4, and decodes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc

from kling_desktop.sandbox.records import FRAMES_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from PIL import Image

    from kling_desktop.sandbox.planes import Planes

# The fastest of x264's presets: nobody needs a test card at a better quality.
_OPTIONS = {"preset": "ultrafast", "crf": "24", "g": "48"}


def write_film(path: Path, size: tuple[int, int], frames: Iterable[Planes]) -> None:
    """Write frames as an H.264 MP4 at 24 fps with the index in front. It appears whole or not at all."""
    beside = path.with_suffix(".part")
    with av.open(beside, "w", format="mp4", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("libx264", rate=FRAMES_PER_SECOND, options=_OPTIONS)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        context = stream.codec_context
        context.colorspace, context.color_range = Colorspace.ITU601, ColorRange.MPEG
        context.color_primaries, context.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
        for planes in frames:
            container.mux(stream.encode(planes.frame()))
        container.mux(stream.encode())
    beside.replace(path)


def read_film(path: Path, size: tuple[int, int]) -> Iterator[Image.Image]:
    """Yield every frame of an MP4, scaled to `size`."""
    with av.open(path) as container:
        for frame in container.decode(video=0):
            # PyAV has no types for it.
            picture: Image.Image = frame.to_image(width=size[0], height=size[1])  # type: ignore[no-untyped-call]
            yield picture
