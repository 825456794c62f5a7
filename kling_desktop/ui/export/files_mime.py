"""Files on the clipboard as the file managers of each system take them."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl

from kling_desktop.ui.qt.clipboard import blank_mime

NAUTILUS = "x-special/gnome-copied-files"
"""What GNOME's, Cinnamon's, MATE's and Xfce's ask for, and without which some paste nothing."""
DOLPHIN = "application/x-kde-cutselection"


def files_mime(files: Sequence[Path]) -> QMimeData:
    """These files, copied. Windows and macOS get theirs from the list of addresses, by Qt."""
    urls = [QUrl.fromLocalFile(str(file)) for file in files]
    mime = blank_mime()
    mime.setUrls(urls)
    mime.setText("\n".join(str(file) for file in files))
    addresses = [bytes(url.toEncoded().data()) for url in urls]
    mime.setData(NAUTILUS, b"\n".join([b"copy", *addresses]))
    mime.setData(DOLPHIN, b"0")
    return mime
