"""A picture as it is packed with a preset: as it is, or made into one that every import takes."""

from kling_desktop.media.file_type import HEAD_BYTES, kind_of
from kling_desktop.media.image.conversion import sendable
from kling_desktop.media.image.validation import SERVICE_LIMITS

MOST_AS_IT_IS = 64 * 2**20


def packable(content: bytes, name: str) -> tuple[bytes, str]:
    """Its content and the extension that goes with it, whatever its file was called; BadMedia when it is no picture."""
    kind = kind_of(content[:HEAD_BYTES])
    if kind not in SERVICE_LIMITS.kinds or len(content) > MOST_AS_IT_IS:
        content = sendable(content, name).content
        kind = kind_of(content[:HEAD_BYTES])
    return content, kind.extension
