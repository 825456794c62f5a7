"""The dialog that lists all shortcuts."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from kling_desktop.ui.shell.shortcuts import SHORTCUTS, Keys
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import label
from kling_desktop.ui.widgets.dialog import Dialog
from kling_desktop.ui.widgets.key_caps import KeyCaps

_COLUMNS = (("Form", "Presets", "Window"), ("Clips", "New from a clip"), ("Viewer", "Queue"))
_WIDTH, _HEIGHT = 1040, 700
_CAPS = 132


class ShortcutDialog(Dialog):
    """Shown with open(). Esc, F1 or its button closes it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent, "Shortcuts", width=_WIDTH, height=_HEIGHT)
        page = QWidget()
        page.setObjectName("page")
        columns = QHBoxLayout(page)
        columns.setContentsMargins(0, 0, SPACE.M, 0)
        columns.setSpacing(SPACE.XL)
        groups = dict(SHORTCUTS)
        for titles in _COLUMNS:
            column = QVBoxLayout()
            column.setSpacing(SPACE.S)
            for title in titles:
                column.addWidget(label(title.upper(), "overline"))
                column.addLayout(self._rows(groups[title]))
                column.addSpacing(SPACE.M)
            column.addStretch()
            columns.addLayout(column, 1)
        scroll = QScrollArea()
        scroll.setWidget(page)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName("Shortcuts")
        self.body.setContentsMargins(SPACE.XL, SPACE.XS, SPACE.M, SPACE.L)
        self.body.addWidget(scroll, 1)
        scroll.setFocus(Qt.FocusReason.OtherFocusReason)  # so that the arrows scroll it

    def _rows(self, keys: Keys) -> QGridLayout:
        rows = QGridLayout()
        rows.setHorizontalSpacing(SPACE.M)
        rows.setVerticalSpacing(5)
        rows.setColumnMinimumWidth(0, self._theme.px(_CAPS))
        rows.setColumnStretch(1, 1)
        for number, (caps, words) in enumerate(keys):
            rows.addWidget(KeyCaps(self._theme, caps), number, 0)
            rows.addWidget(label(words, "secondary", wraps=True), number, 1)
        return rows

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F1:
            self.reject()
        else:
            super().keyPressEvent(event)
