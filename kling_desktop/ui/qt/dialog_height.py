"""A sheet as high as what it says needs, in the width that it has."""

from PySide6.QtWidgets import QWidget


def fit_height(sheet: QWidget, width: int) -> None:
    """Lines that wrap are as many as the width makes them, which sizeHint doesn't know; adjustSize stops at two thirds
    of the screen. Never higher than the screen, nor below its edge.
    """
    column = sheet.layout()
    assert column
    column.activate()
    room = sheet.screen().availableGeometry()
    sheet.resize(width, min(column.totalHeightForWidth(width), room.height()))
    if sheet.isVisible() and (below := sheet.geometry().bottom() - room.bottom()) > 0:
        sheet.move(sheet.x(), max(room.top(), sheet.y() - below))
