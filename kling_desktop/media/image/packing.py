"""A picture as it is packed with a preset: as it is, or made into one that every import takes."""

from kling_desktop.media.file_type import HEAD_BYTES, detect_type
from kling_desktop.media.image.conversion import prepare_image
from kling_desktop.media.image.validation import SERVICE_LIMITS

MAX_UNCHANGED_BYTES = 64 * 2**20


def pack_image(content: bytes, name: str) -> tuple[bytes, str]:
    """Its content and the extension that goes with it, whatever its file was called; BadMedia when it is no picture."""
    kind = detect_type(content[:HEAD_BYTES])
    if kind not in SERVICE_LIMITS.types or len(content) > MAX_UNCHANGED_BYTES:
        content = prepare_image(content, name).content
        kind = detect_type(content[:HEAD_BYTES])
    return content, kind.extension
