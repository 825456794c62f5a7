"""Stores the request that made a clip inside the clip: in the tags that players show, and as XMP. Chat services and
editors often drop one of them.
"""

import json
from collections import defaultdict
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from kling_desktop.atomic_file import atomic_path
from kling_desktop.media.errors import BadMedia
from kling_desktop.media.metadata.mp4_tags import Unwritable, write_tags
from kling_desktop.media.metadata.xmp import append_xmp, read_xmp
from kling_desktop.media.video.container import damaged_error, open_container
from kling_desktop.media.video.probe import is_incomplete

# File managers and players show this tag as "Comment".
METADATA_TAG = "comment"


def write_clip_metadata(
    path: Path, text: str, title: str = "", description: str = "", created_at: datetime | None = None
) -> None:
    """Write a text into an MP4, as its comment and as XMP.

    Video, sound, times, other tracks and other tags stay exactly as they are. The file is replaced only after the new
    one was read back and found to be the same.

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
    if is_incomplete(path):
        raise damaged_error(path)
    with atomic_path(path) as part:
        try:
            write_tags(path, part, {METADATA_TAG: text} | texts, created_at)
        except Unwritable as error:
            raise _write_error(path) from error
        append_xmp(part, text, **texts, created_at=created_at)
        if _packet_digests(path) != _packet_digests(part) or read_clip_metadata(part) != text or read_xmp(part) is None:
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


def _packet_digests(path: Path) -> dict[int, list[tuple[int | None, int | None, bool, bytes]]]:
    """Return everything that must survive: of each track all packets with their times, in order."""
    found = defaultdict(list)
    with open_container(path) as container:
        for packet in container.demux():
            if packet.size:
                digest = sha256(packet).digest()
                found[packet.stream_index].append((packet.pts, packet.dts, packet.is_keyframe, digest))
    return found


def _write_error(path: Path) -> BadMedia:
    return BadMedia(
        f"The request can't be stored in “{path.name}” without changing the video.", "The clip stays as it is."
    )
