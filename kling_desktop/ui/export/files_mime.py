"""Files on the clipboard as the file managers of each system take them."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QStandardItemModel


def blank_mime() -> QMimeData:
    """An empty QMimeData owned by Qt. Clipboard contents are destroyed after the program has ended; an object made by
    Python would then call into Python and crash.
    """
    model = QStandardItemModel(1, 1)
    data = model.mimeData([model.index(0, 0)])
    data.clear()
    return data


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
