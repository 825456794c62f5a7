"""Opening an MP4 without trusting it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from kling_desktop.media.errors import BadMedia
from kling_desktop.media.file_type import MP4, detect_file_type

# A header may claim any size; each frame of this one takes 54 MB.
MAX_PIXELS = 8192 * 4608

# A playlist named .mp4 must not make the decoder read other files or the network.
_LOCAL_MP4_ONLY = {"protocol_whitelist": "file", "format_whitelist": "mov"}


def open_video(path: Path) -> InputContainer:
    """The MP4 at `path`, for the caller to close; BadMedia when it isn't one."""
    kind = detect_file_type(path)
    if kind != MP4:
        raise BadMedia(
            f"“{path.name}” is {kind.description}, not an MP4 video.", "Download it again, or choose an MP4."
        )
    with translate_decode_errors(path):
        return av.open(str(path.absolute()), mode="r", container_options=_LOCAL_MP4_ONLY, metadata_errors="replace")


@contextmanager
def open_container(path: Path) -> Iterator[InputContainer]:
    """The MP4 at `path`, closed at the end; whatever can't be read in the body comes out as BadMedia."""
    with translate_decode_errors(path), open_video(path) as container:
        yield container


@contextmanager
def translate_decode_errors(path: Path) -> Iterator[None]:
    """What the body can't read of the video at `path` comes out as BadMedia."""
    try:
        yield
    except (av.FFmpegError, UnicodeError) as error:
        raise damaged_error(path) from error


def video_stream(container: InputContainer, path: Path) -> VideoStream:
    """The stream that holds the moving picture (a cover picture doesn't count)."""
    for stream in container.streams.video:
        if stream.disposition & av.stream.Disposition.attached_pic:
            continue
        if stream.codec_context is None:
            raise BadMedia(f"“{path.name}” contains video that this app can't decode.", "Convert it to H.264.")
        if not 0 < stream.width * stream.height <= MAX_PIXELS or not stream.time_base:
            raise BadMedia(f"“{path.name}” claims to be {stream.width} × {stream.height} pixels, too many to show.")
        return stream
    raise BadMedia(f"“{path.name}” contains no video.", "Choose an MP4 with a picture.")


def damaged_error(path: Path) -> BadMedia:
    """The sentence for a video that starts like one but can't be read as one."""
    return BadMedia(f"“{path.name}” is damaged or incomplete, so it can't be played.", "Download it again.")
