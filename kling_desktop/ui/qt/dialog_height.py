"""Dialogs as high as their text needs at their width."""

from PySide6.QtWidgets import QWidget


def fit_height(sheet: QWidget, width: int) -> None:
    """Wrapped lines depend on the width, which sizeHint doesn't know; adjustSize stops at two thirds of the screen. The
    result is never higher than the screen nor below its edge.
    """
    column = sheet.layout()
    assert column
    column.activate()
    room = sheet.screen().availableGeometry()
    sheet.resize(width, min(column.totalHeightForWidth(width), room.height()))
    if sheet.isVisible() and (below := sheet.geometry().bottom() - room.bottom()) > 0:
        sheet.move(sheet.x(), max(room.top(), sheet.y() - below))
