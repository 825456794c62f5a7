"""The endings of the files that slots take. The content decides; endings serve dialogs, and answers during a drag."""

from pathlib import Path

from kling_desktop.ui.composer.media_input.place import Place

CLIPS = ("mp4", "m4v", "mov")
"""Of the app's own clips, also after another program has renamed them."""
OTHER_VIDEOS = frozenset({".webm", ".mkv", ".avi", ".wmv", ".flv", ".mpg", ".mpeg", ".ts", ".mts", ".ogv"})
IMAGES = (
    *("png", "apng", "jpg", "jpeg", "jpe", "jfif", "jif", "jfi", "pjpeg", "pjp", "mpo", "webp", "gif"),
    *("bmp", "dib", "tif", "tiff", "avif", "avifs", "heic", "heics", "heif", "heifs", "hif"),
)


def is_clip_name(path: Path) -> bool:
    return path.suffix.lower().removeprefix(".") in CLIPS


def dialog_filter(place: Place) -> str:
    """Return the filter of a file dialog for what a drop on `place` takes. Some dialogs tell capital letters apart."""
    if not place.takes_images:
        return f"Clips ({_patterns(CLIPS)});;All files (*)"
    return f"Pictures and clips ({_patterns((*IMAGES, *CLIPS))});;Pictures ({_patterns(IMAGES)});;All files (*)"


def _patterns(suffixes: tuple[str, ...]) -> str:
    return " ".join(f"*.{one}" for suffix in suffixes for one in (suffix, suffix.upper()))
