"""A sentence on as many lines as it needs."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from kling_desktop.ui.widgets.label import Role


class WrappedLabel(QLabel):
    """Reports its height once it has its width.

    Qt's own way (height for width) keeps every layout around it from shrinking below its best height.
    """

    def __init__(self, text: str, role: Role) -> None:
        super().__init__()
        self._height = 0
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)
        self.setProperty("role", role)
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def hasHeightForWidth(self) -> bool:
        return False

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        return QSize(0, self._height or self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        height = self.heightForWidth(self.width())
        if height != self._height:
            self._height = height
            self.updateGeometry()
