"""Data for the clipboard."""

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QStandardItemModel


def blank_mime() -> QMimeData:
    """An empty QMimeData owned by Qt. Clipboard contents are destroyed after the program has ended; an object made by
    Python would then call into Python and crash.
    """
    model = QStandardItemModel(1, 1)
    data = model.mimeData([model.index(0, 0)])
    data.clear()
    return data
