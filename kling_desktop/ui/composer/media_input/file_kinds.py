"""Kinds of files and data that come into the form: pictures, clips, requests. The content decides; endings serve
dialogs, and answers while something is dragged.
"""

from pathlib import Path, PurePath

from PySide6.QtCore import QMimeData

from kling_desktop.ui.composer.media_input.place import Place

CLIPS = ("mp4", "m4v", "mov")
"""Of the app's own clips, also after another program has renamed them."""
OTHER_VIDEOS = frozenset({".webm", ".mkv", ".avi", ".wmv", ".flv", ".mpg", ".mpeg", ".ts", ".mts", ".ogv"})
IMAGES = (
    *("png", "apng", "jpg", "jpeg", "jpe", "jfif", "jif", "jfi", "pjpeg", "pjp", "mpo", "webp", "gif"),
    *("bmp", "dib", "tif", "tiff", "avif", "avifs", "heic", "heics", "heif", "heifs", "hif"),
)
_TEXTS = frozenset({".json", ".json5", ".jsonc", ".txt", ".sh", ".bat", ".ps1", ".md", ".py", ".js", ".ts", ".curl"})
_CLIP_SUFFIXES = frozenset(f".{suffix}" for suffix in CLIPS)


def is_clip_name(path: Path) -> bool:
    return path.suffix.lower().removeprefix(".") in CLIPS


def dialog_filter(place: Place) -> str:
    """Return the filter of a file dialog for what a drop on `place` takes. Some dialogs tell capital letters apart."""
    if not place.takes_images:
        return f"Clips ({_patterns(CLIPS)});;All files (*)"
    return f"Pictures and clips ({_patterns((*IMAGES, *CLIPS))});;Pictures ({_patterns(IMAGES)});;All files (*)"


def _patterns(suffixes: tuple[str, ...]) -> str:
    return " ".join(f"*.{one}" for suffix in suffixes for one in (suffix, suffix.upper()))


def local_files(data: QMimeData) -> list[str]:
    return [url.toLocalFile() for url in data.urls() if url.isLocalFile()]


def is_request(data: QMimeData) -> bool:
    """Whether this looks like a request: a file that can hold one, a clip included, or its text."""
    # Imported with the first drop, not for the first paint: the readers of tables and presets.
    from kling_desktop.domain.parsing.request_table import TABLE_SUFFIXES, is_request_table
    from kling_desktop.domain.presets.file_format import VERSION_KEY

    if files := local_files(data):
        readable = _TEXTS | TABLE_SUFFIXES | _CLIP_SUFFIXES
        return _is_one_with(files, readable) or all(is_preset_name(file) for file in files)
    if data.hasText() and is_request_table(data.text()):
        return True
    return data.hasText() and "{" in data.text() and ("prompt" in data.text() or VERSION_KEY in data.text())


def is_request_file(data: QMimeData) -> bool:
    """Whether this is a file that holds requests or presets, and nothing that a slot could take."""
    files = local_files(data)
    return bool(files) and is_request(data) and not _is_one_with(files, _CLIP_SUFFIXES)


def is_preset_name(file: str) -> bool:
    from kling_desktop.domain.presets.file_format import ARCHIVE_SUFFIX, SUFFIX

    return file.lower().endswith((SUFFIX, ARCHIVE_SUFFIX))


def _is_one_with(files: list[str], suffixes: frozenset[str]) -> bool:
    return len(files) == 1 and PurePath(files[0]).suffix.lower() in suffixes
