"""The request that made a clip, kept inside the clip."""

from pathlib import Path

import av
from av.container import InputContainer, OutputContainer

from kling_desktop.media.beside import written_beside
from kling_desktop.media.errors import BadMedia
from kling_desktop.media.opening import opened, video_stream

# The tag that file managers and players show as "Comment".
TAG = "comment"


def write_settings(path: Path, text: str) -> None:
    """Put `text` into the MP4 at `path` as its comment. Pictures, sound, times and other tags stay exactly as they are.

    The file is replaced only by one that was read back and proven equal. BadMedia when it can't be done, OSError when
    the disk refuses; both leave the file as it was.
    """
    if "\0" in text:
        raise ValueError("a tag ends at a null character")
    with written_beside(path) as part:
        with opened(path) as source:
            # The same clock for the copy, or times would be rounded to another one.
            clock = video_stream(source, path).time_base
            options = {"movflags": "+faststart", "video_track_timescale": str(clock.denominator if clock else 0)}
            with av.open(str(part.absolute()), "w", format="mp4", options=options) as copy:
                _copy(source, copy, text)
        if _content(path) != _content(part) or read_settings(part) != text:
            raise BadMedia(f"The settings can't be put into “{path.name}” without changing it.", "It stays as it is.")


def read_settings(path: Path) -> str | None:
    """The text that write_settings put into the MP4 at `path` (or any other comment), None without one.

    BadMedia when it isn't an MP4 that can be opened.
    """
    with opened(path) as container:
        return container.metadata.get(TAG)


def _copy(source: InputContainer, copy: OutputContainer, text: str) -> None:
    kept = [stream for stream in source.streams if stream.type in ("video", "audio", "subtitle")]
    copies = {stream.index: copy.add_stream_from_template(stream) for stream in kept}
    for stream in kept:
        copies[stream.index].metadata.update(stream.metadata)
    copy.metadata.update(source.metadata | {TAG: text})
    for packet in source.demux(kept):
        if packet.size and packet.dts is not None:
            packet.stream = copies[packet.stream.index]
            copy.mux(packet)


def _content(path: Path) -> list[object]:
    """Everything that must survive: each packet of picture and sound, with its times, in order."""
    with opened(path) as container:
        tracks = [s for s in container.streams if s.type in ("video", "audio", "subtitle")]
        return [
            (tracks.index(p.stream), p.pts * p.time_base, p.is_keyframe, bytes(p))
            for p in container.demux(tracks)
            if p.size and p.pts is not None
        ]
