"""Data for the clipboard."""

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QStandardItemModel


def blank_mime() -> QMimeData:
    """Empty, and of Qt's own making. What stays on the clipboard goes when the program has ended; an object that Python
    made would call on it then, and end the program with a segmentation fault.
    """
    model = QStandardItemModel(1, 1)
    data = model.mimeData([model.index(0, 0)])
    data.clear()
    return data
