"""A folder, and a button to choose another one."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QSizePolicy, QWidget

from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import Button, label
from kling_desktop.ui.widgets.label import plain_tip


class FolderPicker(QWidget):
    """Emits `chosen(folder)` at once; there is nothing to confirm. title: the title of the system's dialog."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, title: str, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._folder = folder
        self._place = label(str(folder), "secondary", wraps=True)
        self._place.setAccessibleName(title)
        self._place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._place.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        choose = Button(theme, "Choose…", icon="folder", tall=True)
        choose.setToolTip(plain_tip(title))
        choose.clicked.connect(self._ask)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE.M)
        row.addWidget(self._place, 1)
        row.addWidget(choose)

    @property
    def folder(self) -> Path:
        return self._folder

    def take(self, folder: str) -> None:
        """Show that folder, and emit that it was chosen."""
        self._folder = Path(folder)
        self._place.setText(folder)
        self.chosen.emit(folder)

    def _ask(self) -> None:
        dialog = QFileDialog(self, self._title, str(self._folder))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.take)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
