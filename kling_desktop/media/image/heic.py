"""HEIC pictures, decoded in a process of their own: their decoder is C code that damaged files can bring down."""

import io
from typing import Any

from kling_desktop.media.errors import BadMedia
from kling_desktop.media.isolated.worker_process import IsolatedWorker


def heic_to_png(content: bytes, name: str, max_pixels: int) -> bytes:
    """The HEIC picture `content` as a PNG, upright. BadMedia, calling it `name`, when it can't be read. Blocking."""
    with IsolatedWorker() as apart:
        return apart.run("heic", name, content, most_pixels=max_pixels)[1]


def decode_in_worker(about: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """In the child."""
    from pi_heif import open_heif

    picture = open_heif(content, convert_hdr_to_8bit=True)
    if picture.size[0] * picture.size[1] > about["most_pixels"]:
        raise BadMedia(f"“{about['name']}” has too many pixels.", "Scale it down first.")
    file = io.BytesIO()
    image = picture.to_pillow()
    image.save(file, "PNG", compress_level=1, icc_profile=image.info.get("icc_profile"), exif=b"")
    return {}, file.getvalue()
