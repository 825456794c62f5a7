"""Opens MP4s without trusting them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from kling_desktop.media.errors import BadMedia
from kling_desktop.media.file_signatures import MOV, MP4
from kling_desktop.media.file_type import detect_file_type

# A header may claim any size; a frame of this one takes 54 MB.
MAX_PIXELS = 8192 * 4608

# A playlist named .mp4 must not make the decoder read other files or the network.
_LOCAL_MP4_ONLY = {"protocol_whitelist": "file", "format_whitelist": "mov"}


def open_video(path: Path) -> InputContainer:
    """Open an MP4; the caller closes it. Raises BadMedia if it isn't one."""
    file_type = detect_file_type(path)
    if file_type not in (MP4, MOV):
        raise BadMedia(
            f"“{path.name}” is {file_type.description}, not an MP4 video.", "Download it again, or choose an MP4."
        )
    with translate_decode_errors(path):
        return av.open(str(path.absolute()), mode="r", container_options=_LOCAL_MP4_ONLY, metadata_errors="replace")


@contextmanager
def open_container(path: Path) -> Iterator[InputContainer]:
    """Open an MP4 and close it at the end. Read errors in the body become BadMedia."""
    with translate_decode_errors(path), open_video(path) as container:
        yield container


@contextmanager
def translate_decode_errors(path: Path) -> Iterator[None]:
    """Turn read errors in the body into BadMedia."""
    try:
        yield
    except (av.FFmpegError, UnicodeError) as error:
        raise damaged_error(path) from error


def video_stream(container: InputContainer, path: Path) -> VideoStream:
    """Return the stream with the video. A cover image doesn't count."""
    for stream in container.streams.video:
        if stream.disposition & av.stream.Disposition.attached_pic:
            continue
        if stream.codec_context is None:
            raise BadMedia(f"“{path.name}” has a video format that this app can't decode.", "Convert it to H.264.")
        if not 0 < stream.width * stream.height <= MAX_PIXELS or not stream.time_base:
            raise BadMedia(f"“{path.name}” is too large to show: {stream.width} × {stream.height} pixels.")
        return stream
    raise BadMedia(f"“{path.name}” contains no video.", "Choose an MP4 that does.")


def damaged_error(path: Path) -> BadMedia:
    """Return the error for a video that can't be decoded."""
    return BadMedia(f"“{path.name}” is damaged or incomplete and can't be played.", "Download it again.")
