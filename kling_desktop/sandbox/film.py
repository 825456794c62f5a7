"""Encodes frames as MP4, and decodes them."""

from __future__ import annotations

from array import array
from math import pi, sin
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


_SAMPLES_PER_SECOND = 48_000
_BEEP = 4_800
"""Samples that the tone at the start of each second lasts."""


def write_film(path: Path, size: tuple[int, int], frames: Iterable[Planes], seconds_of_sound: int = 0) -> None:
    """Write frames as an H.264 MP4 at 24 fps with the index in front. It appears whole or not at all.

    The sound is a short tone at the start of each second, so that its sync with the picture can be measured.
    """
    beside = path.with_suffix(".part")
    with av.open(beside, "w", format="mp4", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("libx264", rate=FRAMES_PER_SECOND, options=_OPTIONS)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        context = stream.codec_context
        context.colorspace, context.color_range = Colorspace.ITU601, ColorRange.MPEG
        context.color_primaries, context.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
        voice = container.add_stream("aac", rate=_SAMPLES_PER_SECOND) if seconds_of_sound else None
        if voice is not None:
            voice.layout = "mono"
            for samples in _beeps(seconds_of_sound):
                container.mux(voice.encode(samples))
            container.mux(voice.encode())
        for planes in frames:
            container.mux(stream.encode(planes.frame()))
        container.mux(stream.encode())
    beside.replace(path)


def _beeps(seconds: int) -> Iterator[av.AudioFrame]:
    tone = array("f", (0.3 * sin(2 * pi * 880 * at / _SAMPLES_PER_SECOND) for at in range(_BEEP)))
    second = tone + array("f", bytes(4 * (_SAMPLES_PER_SECOND - _BEEP)))
    for number in range(seconds):
        frame = av.AudioFrame(format="fltp", layout="mono", samples=_SAMPLES_PER_SECOND)
        frame.sample_rate = _SAMPLES_PER_SECOND
        frame.pts = number * _SAMPLES_PER_SECOND
        frame.planes[0].update(second.tobytes())
        yield frame


def read_film(path: Path, size: tuple[int, int]) -> Iterator[Image.Image]:
    """Yield every frame of an MP4, scaled to `size`."""
    with av.open(path) as container:
        for frame in container.decode(video=0):
            # PyAV has no types for it.
            picture: Image.Image = frame.to_image(width=size[0], height=size[1])  # type: ignore[no-untyped-call]
            yield picture
