"""Real videos and images, tiny ones. Each video frame carries its own number as black and white blocks."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace
from av.video.stream import VideoStream
from PIL import Image, ImageDraw

from kling_desktop.media.image.pixel_buffer import PixelBuffer

BITS = 8


def numbered(number: int, width: int, height: int, color: tuple[int, int, int]) -> Image.Image:
    """An image that shows `number` in eight blocks, the highest bit on the left, under a band of `color`."""
    image = Image.new("RGB", (width, height), color)
    draw = ImageDraw.Draw(image)
    for bit in range(BITS):
        left, right = width * bit // BITS, width * (bit + 1) // BITS - 1
        draw.rectangle((left, height // 3, right, height), "white" if number >> (BITS - 1 - bit) & 1 else "black")
    return image


def number_in(picture: PixelBuffer) -> int:
    """Return the number that `numbered` drew, read from the middle of each block."""
    row = picture.height * 2 // 3
    number = 0
    for bit in range(BITS):
        at = row * picture.stride + (picture.width * (2 * bit + 1) // (2 * BITS)) * 4
        number = number * 2 + (picture.data[at] > 127)
    return number


def write_video(
    to: Path,
    *,
    frames: int = 24,
    size: tuple[int, int] = (64, 48),
    rate: Fraction | int = 24,
    times: Sequence[int] = (),
    key_every: int = 12,
    rotation: int = 0,
    pixel_aspect: Fraction | None = None,
    sound: bool = False,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    options: dict[str, str] | None = None,
    faststart: bool = True,
    color: tuple[int, int, int] = (128, 128, 128),
) -> Path:
    """Encode a video of numbered frames. `times`: when each is shown in milliseconds, for a variable rate."""
    container_options = {"movflags": "+faststart"} if faststart else {}
    with av.open(str(to), "w", format="mp4", options=container_options) as container:
        stream = container.add_stream(codec, rate=rate, options={"g": str(key_every), "crf": "12"} | (options or {}))
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = size
        stream.pix_fmt = pixels
        stream.max_b_frames = 2
        if times:
            stream.codec_context.time_base = Fraction(1, 1000)
        if pixel_aspect:
            stream.codec_context.sample_aspect_ratio = pixel_aspect
        if rotation:
            stream.set_display_rotation(rotation)
        audio = container.add_stream("aac", rate=8000, layout="mono") if sound else None
        assert audio is None or isinstance(audio, AudioStream)
        for number in range(frames):
            frame = _frame(numbered(number, *size, color), pixels)
            frame.pts = times[number] if times else number
            frame.time_base = Fraction(1, 1000) if times else 1 / Fraction(rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if audio:
            for start in range(0, int(8000 * frames / rate), 1024):
                silence = AudioFrame(format="fltp", layout="mono", samples=1024)
                silence.sample_rate, silence.pts = 8000, start
                silence.planes[0].update(bytes(silence.planes[0].buffer_size))
                container.mux(audio.encode(silence))
            container.mux(audio.encode(None))
    return to


def remux(video: Path, to: Path, options: dict[str, str]) -> Path:
    """Write the same packets with other options of the container."""
    with av.open(str(video)) as source, av.open(str(to), "w", format="mp4", options=options) as copy:
        tracks = {stream.index: copy.add_stream_from_template(stream) for stream in source.streams}
        for packet in source.demux():
            if packet.size:
                packet.stream = tracks[packet.stream.index]
                copy.mux(packet)
    return to


def with_matrix(content: bytes, a: int, b: int, c: int, d: int) -> bytes:
    """Change how the first track of an MP4 is rotated and mirrored."""
    at = content.index(b"tkhd") + 44
    rows = (a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 1 << 30)
    return content[:at] + b"".join(row.to_bytes(4, signed=True) for row in rows) + content[at + 36 :]


def zero_packet(video: Path, number: int) -> None:
    """Overwrite a video packet with zeros, as a download with a hole leaves it."""
    with av.open(str(video)) as container:
        packet = [packet for packet in container.demux(video=0) if packet.size][number]
        at, size = packet.pos or 0, packet.size
    content = bytearray(video.read_bytes())
    content[at : at + size] = bytes(size)
    video.write_bytes(content)


def _frame(image: Image.Image, pixels: str) -> VideoFrame:
    """Untagged, so in the colors that every player assumes for such a height."""
    frame: VideoFrame = VideoFrame.from_image(image)  # type: ignore[no-untyped-call]
    matrix = Colorspace.ITU709 if image.height >= 720 else Colorspace.ITU601
    return frame.reformat(format=pixels, dst_colorspace=matrix)
