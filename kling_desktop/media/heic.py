"""HEIC pictures, decoded in a process of their own: their decoder is C code that damaged files can bring down."""

import io
import subprocess
import sys
from contextlib import suppress

from kling_desktop.media.errors import BadMedia

_SECONDS = 30
_BYTES = 2 * 2**30


def png_of(content: bytes, name: str, most_pixels: int) -> bytes:
    """The HEIC picture `content` as a PNG, upright. BadMedia, calling it `name`, when it can't be read. Blocking."""
    child = [sys.executable, "-m", "kling_desktop.media.heic", str(most_pixels)]
    try:
        done = subprocess.run(child, input=content, capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise BadMedia(f"“{name}” takes too long to be read.", "Save it as a JPEG and use that.") from error
    if done.returncode or not done.stdout:
        raise BadMedia(f"“{name}” is damaged or not whole.", "Save or download it again.")
    return done.stdout


def main() -> int:
    """The child: a picture comes on the standard input and leaves on the standard output. 1: it can't be read."""
    with suppress(ImportError):  # Windows has no such limits
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from pi_heif import open_heif

    try:
        picture = open_heif(sys.stdin.buffer.read(), convert_hdr_to_8bit=True)
        if picture.size[0] * picture.size[1] > int(sys.argv[1]):
            return 1
        file = io.BytesIO()
        image = picture.to_pillow()
        image.save(file, "PNG", compress_level=1, icc_profile=image.info.get("icc_profile"), exif=b"")
    except Exception:  # the boundary: whatever it is, the picture can't be read
        return 1
    sys.stdout.buffer.write(file.getvalue())
    return 0


if __name__ == "__main__":
    sys.exit(main())
