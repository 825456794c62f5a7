"""Frames to MP4 and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av

from kling_desktop.sandbox.records import FRAMES_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from PIL import Image

# The quickest of x264's presets: a minute's wait for a better picture of a test card helps nobody.
_OPTIONS = {"preset": "ultrafast", "crf": "24", "g": "48"}


def write_film(path: Path, size: tuple[int, int], frames: Iterable[Image.Image]) -> None:
    """An H.264 MP4 of all the frames at 24 a second, its index in front; there whole or not at all."""
    beside = path.with_suffix(".part")
    with av.open(beside, "w", format="mp4", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("libx264", rate=FRAMES_PER_SECOND, options=_OPTIONS)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        for picture in frames:
            frame = av.VideoFrame.from_image(picture)  # type: ignore[no-untyped-call]
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    beside.replace(path)


def read_film(path: Path) -> Iterator[Image.Image]:
    """Every frame of an MP4."""
    with av.open(path) as container:
        for frame in container.decode(video=0):
            picture: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]
            yield picture
