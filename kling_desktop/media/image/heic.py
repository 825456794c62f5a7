"""Decodes HEIC images in the worker process: the decoder is C code that a damaged file can crash."""

import io
from typing import Any

from kling_desktop.media.errors import BadMedia
from kling_desktop.media.isolated.worker_process import IsolatedWorker


def heic_to_png(content: bytes, name: str, max_pixels: int) -> bytes:
    """Convert a HEIC image to an upright PNG. Blocking.

    Args:
        content: The file.
        name: What to call it in error messages.
        max_pixels: A larger image is an error.

    Raises:
        BadMedia: It can't be read.
    """
    with IsolatedWorker() as worker:
        return worker.run("heic", name, content, max_pixels=max_pixels)[1]


def decode_in_worker(arguments: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """Decode an image; runs in the worker."""
    from pi_heif import open_heif

    heif = open_heif(content, convert_hdr_to_8bit=True)
    if heif.size[0] * heif.size[1] > arguments["max_pixels"]:
        raise BadMedia(f"“{arguments['name']}” has too many pixels.", "Scale it down first.")
    file = io.BytesIO()
    image = heif.to_pillow()
    image.save(file, "PNG", compress_level=1, icc_profile=image.info.get("icc_profile"), exif=b"")
    return {}, file.getvalue()
