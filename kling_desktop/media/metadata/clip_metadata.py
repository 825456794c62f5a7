"""Stores the request that made a clip inside the clip: in the tags that players show, and as XMP. Chat services and
editors often drop one of them.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Stream

from kling_desktop.atomic_file import atomic_path
from kling_desktop.media.errors import BadMedia
from kling_desktop.media.metadata.xmp import append_xmp, read_xmp
from kling_desktop.media.video.container import (
    damaged_error,
    open_container,
    open_video,
    translate_decode_errors,
    video_stream,
)
from kling_desktop.media.video.frame_index import is_truncated

# File managers and players show this tag as "Comment".
METADATA_TAG = "comment"


def write_clip_metadata(
    path: Path, text: str, title: str = "", description: str = "", created_at: datetime | None = None
) -> None:
    """Write a text into an MP4, as its comment and as XMP.

    Video, sound, times and other tags stay exactly as they are. The file is replaced only after the new one was read
    back and found to be the same.

    Args:
        path: The MP4.
        text: JSON for programs.
        title: For people.
        description: For people.
        created_at: By which galleries sort, unless the MP4 already has a time.

    Raises:
        BadMedia: It can't be done; the file is unchanged.
        OSError: The file can't be written; it is unchanged.
    """
    if "\0" in text:
        raise ValueError("a tag ends at a null character")
    texts = {"title": title.replace("\0", ""), "description": description.replace("\0", "")}
    with atomic_path(path) as part:
        with open_video(path) as source:
            tags = {METADATA_TAG: text} | {name: value for name, value in texts.items() if value}
            if created_at and not source.metadata.get("creation_time"):
                tags["creation_time"] = created_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
            _copy(path, source, part, tags)
        append_xmp(part, text, **texts, created_at=created_at)
        if _packet_digests(path) != _packet_digests(part) or _comment(part) != text or read_xmp(part) is None:
            raise _write_error(path)


def read_clip_metadata(path: Path) -> str | None:
    """Return the text that `write_clip_metadata` put into an MP4, from the comment or the XMP, whichever still has it.
    Without such a text, return any other comment, or None.

    Raises:
        BadMedia: It isn't an MP4 that can be opened.
    """
    comment = _comment(path)
    if comment is not None and _is_written_by_app(comment):
        return comment
    xmp = read_xmp(path)
    return comment if xmp is None or (comment is not None and not _is_written_by_app(xmp)) else xmp


def _comment(path: Path) -> str | None:
    with open_container(path) as container:
        return container.metadata.get(METADATA_TAG)


def _is_written_by_app(text: str) -> bool:
    """Whether the app wrote this text, rather than a chat service or an editor."""
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _copy(path: Path, source: InputContainer, part: Path, tags: Mapping[str, str]) -> None:
    with translate_decode_errors(path):
        video = video_stream(source, path)
        time_base = video.time_base or Fraction(1)
        tracks = _tracks(source)
        packets = [packet for packet in source.demux(tracks) if packet.size and packet.dts is not None]
    if is_truncated([packet for packet in packets if packet.stream is video], video):
        raise damaged_error(path)
    if any(track.codec_context is None for track in tracks):
        raise _write_error(path)
    # With the same time base, or times would be rounded.
    options = {"movflags": "+faststart", "video_track_timescale": str(time_base.denominator)}
    try:
        with av.open(str(part.absolute()), "w", format="mp4", options=options) as copy:
            copies = {track.index: copy.add_stream_from_template(track) for track in tracks}
            for track in tracks:
                copies[track.index].metadata.update(track.metadata)
            copy.metadata.update({**source.metadata, **tags})
            for packet in packets:
                packet.stream = copies[packet.stream.index]
                copy.mux(packet)
    except (av.FFmpegError, ValueError) as error:  # ValueError: a codec that MP4 doesn't support
        if isinstance(error, OSError):
            raise  # the disk is at fault, not the clip
        raise _write_error(path) from error


def _tracks(container: InputContainer) -> list[Stream]:
    return [stream for stream in container.streams if stream.type in ("video", "audio", "subtitle")]


def _packet_digests(path: Path) -> list[tuple[int, Fraction, bool, bytes]]:
    """Return everything that must survive: each packet of video and sound with its time, in order."""
    with open_container(path) as container:
        tracks = _tracks(container)
        return [
            (tracks.index(packet.stream), packet.pts * packet.time_base, packet.is_keyframe, sha256(packet).digest())
            for packet in container.demux(tracks)
            if packet.size and packet.pts is not None
        ]


def _write_error(path: Path) -> BadMedia:
    return BadMedia(
        f"The request can't be stored in “{path.name}” without changing the video.", "The clip stays as it is."
    )
