"""Recognizes MP4s that carry Content Credentials (C2PA): a signed statement about where they come from.

The signature covers the file's bytes. Whatever is written into such a file ends it.
"""

from pathlib import Path

from kling_desktop.media.mp4_boxes import NotBoxes, extended_type, find_boxes

_C2PA = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
"""The type of the box that holds them (C2PA specification, "Embedding manifests into BMFF-based assets")."""
_KINDS = frozenset({b"uuid", b"jumb"})


def has_content_credentials(path: Path) -> bool:
    """Whether an MP4 carries Content Credentials, valid or not. Raises OSError if it can't be read."""
    with path.open("rb") as file:
        try:
            return any(box.kind == b"jumb" or extended_type(file, box) == _C2PA for box in find_boxes(file, _KINDS))
        except (NotBoxes, RecursionError):
            return False
