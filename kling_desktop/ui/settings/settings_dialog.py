"""The settings dialog."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QVBoxLayout, QWidget

from kling_desktop.ui.qt.dialog_height import fit_height
from kling_desktop.ui.settings.filename_template_editor import FilenameTemplateEditor
from kling_desktop.ui.settings.folder_picker import FolderPicker
from kling_desktop.ui.settings.spending_settings import SpendingSettings
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import Button, Option, Segmented, label

_WIDTH = 520
_THEMES = [Option("system", "System"), Option("light", "Light"), Option("dark", "Dark")]
_HOLDS = [Option(0.0, "None"), Option(3.0, "3 s"), Option(5.0, "5 s"), Option(10.0, "10 s")]


class SettingsDialog(QDialog):
    """Shown with open(). Emits `changed(name, value)` at once, with the names of the settings file; there is nothing
    to confirm.
    """

    changed = Signal(str, object)
    key_requested = Signal()

    def __init__(
        self,
        theme: Theme,
        parent: QWidget,
        *,
        scheme: str,
        hold: float,
        folder: Path,
        naming: str = "",
        unit: str,
        amounts: Mapping[str, str],
        learned: Mapping[str, str],
        limits_unknown: bool = False,
    ) -> None:
        """unit and amounts: the spending settings, by the names of the settings file; learned: as in
        SpendingSettings.
        """
        super().__init__(parent)
        self._theme = theme
        self.setWindowTitle("Settings")
        self.setFixedWidth(_WIDTH)
        look = Segmented(theme, "Theme", _THEMES)
        look.show_chosen(scheme)
        look.chosen.connect(lambda value: self._change(look, "theme", value))
        holds = Segmented(theme, "Seconds to undo", _HOLDS)
        holds.show_chosen(hold)
        holds.chosen.connect(lambda value: self._change(holds, "hold_seconds", value))
        place = FolderPicker(theme, "Folder for clips", folder)
        place.chosen.connect(lambda chosen: self.changed.emit("clips_folder", chosen))
        place.chosen.connect(lambda _: self._fit())
        key = Button(theme, "API key…", icon="key", tall=True)
        key.clicked.connect(self._go_to_key)
        rows = QGridLayout()
        rows.setHorizontalSpacing(SPACE.L)
        rows.setVerticalSpacing(SPACE.M)
        rows.setColumnMinimumWidth(0, 128)
        rows.setColumnStretch(1, 1)
        for row, (name, value) in enumerate((("Theme", look), ("Time to undo Generate", holds))):
            rows.addWidget(label(name), row, 0)
            rows.addWidget(value, row, 1, 1, 2)
        rows.addWidget(label("Folder for clips"), 2, 0)
        rows.addWidget(place, 2, 1, 1, 2)
        names = FilenameTemplateEditor(theme, naming, datetime.now().astimezone())
        names.changed.connect(lambda template: self.changed.emit("clip_names", template))
        names.height_changed.connect(self._fit)
        called = label("Clip names")
        called.setContentsMargins(0, SPACE.S, 0, 0)  # beside the first line of several
        rows.addWidget(called, 3, 0, Qt.AlignmentFlag.AlignTop)
        rows.addWidget(names, 3, 1, 1, 2)
        rows.addWidget(label("Leonardo.AI"), 4, 0)
        rows.addWidget(key, 4, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.XL, SPACE.XL, SPACE.XL, SPACE.XL)
        column.setSpacing(SPACE.L)
        column.addWidget(label("Settings", "empty"))
        column.addLayout(rows)
        self.money = SpendingSettings(theme, unit, amounts, learned, limits_unknown=limits_unknown)
        self.money.changed.connect(self.changed)
        self.money.height_changed.connect(self._fit)
        column.addWidget(label("SPENDING", "overline"))
        column.addWidget(self.money)

    def showEvent(self, event: QShowEvent) -> None:
        self._fit()
        super().showEvent(event)

    def _fit(self) -> None:
        fit_height(self, _WIDTH)

    def _change(self, control: Segmented, name: str, value: object) -> None:
        control.show_chosen(value)
        self.changed.emit(name, value)

    def _go_to_key(self) -> None:
        self.accept()
        self.key_requested.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._theme.tokens.pane)
