"""What the user opens with the app, from the file manager or as a link, goes where it belongs."""

from collections.abc import Callable, Sequence
from pathlib import PurePath

from PySide6.QtCore import QMimeData, QUrl

from kling_desktop.controllers.shell import AppShell
from kling_desktop.domain.filenames import local_path
from kling_desktop.domain.parsing.link import is_link, is_new_form_link
from kling_desktop.store.backup.archive import SUFFIX
from kling_desktop.ui.shell.request_drop import RequestDrop

_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".heic", ".heif", ".avif", ".gif", ".tif", ".tiff", ".bmp"})


class OpenedFiles:
    """Requests, tables, presets and clips are read into the form, pictures go into the slot that fits.

    Args:
        restore: Asks whether to restore a back-up.
    """

    def __init__(self, shell: AppShell, requests: RequestDrop, restore: Callable[[str], None]) -> None:
        self._shell = shell
        self._requests = requests
        self._restore = restore

    def open(self, names: Sequence[str]) -> None:
        """Open files, given as paths or as `file:` addresses, and links."""
        pictures = []
        presets = [local_path(name) for name in names if self._requests.is_preset_file(name)]
        if len(presets) > 1:
            self._requests.presets_dropped.emit(presets)
            names = [name for name in names if not self._requests.is_preset_file(name)]
        for name in names:
            path = local_path(name)
            suffix = PurePath(path).suffix.lower()
            if is_new_form_link(name):
                self._shell.menu.begin_anew.trigger()
            elif is_link(name):
                self._requests.read_link(name)
            elif suffix == SUFFIX:
                self._restore(path)
            elif suffix in _PICTURES:
                pictures.append(QUrl.fromLocalFile(path))
            else:
                self._requests.read_file(path)
        if pictures:
            data = QMimeData()
            data.setUrls(pictures)
            self._shell.window.composer.paste(data)
