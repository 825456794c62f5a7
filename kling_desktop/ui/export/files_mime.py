"""Files on the clipboard, in the formats that file managers accept."""

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
"""For GNOME, Cinnamon, MATE and Xfce, some of which paste nothing without it."""
DOLPHIN = "application/x-kde-cutselection"


def files_mime(files: Sequence[Path]) -> QMimeData:
    """These files, copied. On Windows and macOS, Qt makes their own formats of the URLs."""
    urls = [QUrl.fromLocalFile(str(file)) for file in files]
    mime = blank_mime()
    mime.setUrls(urls)
    mime.setText("\n".join(str(file) for file in files))
    addresses = [bytes(url.toEncoded().data()) for url in urls]
    mime.setData(NAUTILUS, b"\n".join([b"copy", *addresses]))
    mime.setData(DOLPHIN, b"0")
    return mime
