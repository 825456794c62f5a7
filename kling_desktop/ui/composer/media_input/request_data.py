"""Tells requests from what slots take, among what is dropped or pasted."""

from pathlib import PurePath

from PySide6.QtCore import QMimeData

from kling_desktop.domain.parsing.request_table import TABLE_SUFFIXES, is_request_table
from kling_desktop.domain.presets.file_format import ARCHIVE_SUFFIX, SUFFIX, VERSION_KEY
from kling_desktop.ui.composer.media_input.file_suffixes import CLIPS

_TEXTS = frozenset({".json", ".json5", ".jsonc", ".txt", ".sh", ".bat", ".ps1", ".md", ".py", ".js", ".ts", ".curl"})
_CLIPS = frozenset(f".{suffix}" for suffix in CLIPS)


def local_files(data: QMimeData) -> list[str]:
    return [url.toLocalFile() for url in data.urls() if url.isLocalFile()]


def is_request(data: QMimeData) -> bool:
    """Whether this looks like a request: a file that can hold one, a clip included, or its text."""
    if files := local_files(data):
        return _is_one_with(files, _TEXTS | TABLE_SUFFIXES | _CLIPS) or all(is_preset_name(file) for file in files)
    if data.hasText() and is_request_table(data.text()):
        return True
    return data.hasText() and "{" in data.text() and ("prompt" in data.text() or VERSION_KEY in data.text())


def is_request_file(data: QMimeData) -> bool:
    """Whether this is a file that holds requests or presets, and nothing that a slot could take."""
    files = local_files(data)
    return bool(files) and is_request(data) and not _is_one_with(files, _CLIPS)


def is_preset_name(file: str) -> bool:
    return file.lower().endswith((SUFFIX, ARCHIVE_SUFFIX))


def _is_one_with(files: list[str], suffixes: frozenset[str]) -> bool:
    return len(files) == 1 and PurePath(files[0]).suffix.lower() in suffixes
