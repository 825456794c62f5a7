"""The settings dialog."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from kling_desktop.ui.settings.filename_template_editor import FilenameTemplateEditor
from kling_desktop.ui.settings.folder_picker import FolderPicker
from kling_desktop.ui.settings.spending_settings import SpendingSettings
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import Button, Option, Segmented, label
from kling_desktop.ui.widgets.dialog import Dialog

_WIDTH = 600
_THEMES = [Option("system", "System"), Option("light", "Light"), Option("dark", "Dark")]
_TEXT_SIZES = [Option(0, "System"), *(Option(size, f"{size} %") for size in (90, 100, 115, 130, 150, 200))]
_MOTIONS = [Option("system", "System"), Option("reduced", "Reduced")]
_HOLDS = [Option(0.0, "None"), Option(3.0, "3 s"), Option(5.0, "5 s"), Option(10.0, "10 s")]


class SettingsDialog(Dialog):
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
        text_size: int,
        motion: str,
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
        super().__init__(theme, parent, "Settings", width=_WIDTH)
        look = Segmented(theme, "Theme", _THEMES)
        look.show_chosen(scheme)
        look.chosen.connect(lambda value: self._change(look, "theme", value))
        sizes = Segmented(theme, "Text size", _TEXT_SIZES)
        sizes.show_chosen(text_size)
        sizes.chosen.connect(lambda value: self._change(sizes, "text_size", value))
        motions = Segmented(theme, "Motion", _MOTIONS)
        motions.show_chosen(motion)
        motions.chosen.connect(lambda value: self._change(motions, "motion", value))
        holds = Segmented(theme, "Seconds to undo", _HOLDS)
        holds.show_chosen(hold)
        holds.chosen.connect(lambda value: self._change(holds, "hold_seconds", value))
        place = FolderPicker(theme, "Folder for clips", folder)
        place.chosen.connect(lambda chosen: self.changed.emit("clips_folder", chosen))
        place.chosen.connect(lambda _: self.fit())
        key = Button(theme, "API key…", icon="key", tall=True)
        key.clicked.connect(self._go_to_key)
        rows = QGridLayout()
        rows.setHorizontalSpacing(SPACE.L)
        rows.setVerticalSpacing(SPACE.M)
        rows.setColumnMinimumWidth(0, theme.px(168))
        rows.setColumnStretch(1, 1)
        names = FilenameTemplateEditor(theme, naming, datetime.now().astimezone())
        names.changed.connect(lambda template: self.changed.emit("clip_names", template))
        names.height_changed.connect(self.fit)
        for row, (words, value) in enumerate(
            (
                ("Theme", look),
                ("Text size", sizes),
                ("Motion", motions),
                ("Undo time after Generate", holds),
                ("Folder for clips", place),
                ("Clip names", names),
                ("Leonardo.AI", key),
            )
        ):
            called = label(words, wraps=True)
            called.setMinimumHeight(theme.px(32))  # beside the first line of several
            called.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            rows.addWidget(called, row, 0, Qt.AlignmentFlag.AlignTop)
            if value is key:
                rows.addWidget(value, row, 1, Qt.AlignmentFlag.AlignLeft)
            else:
                rows.addWidget(value, row, 1)
        column = self.body
        column.setSpacing(SPACE.L)
        column.addLayout(rows)
        self.money = SpendingSettings(theme, unit, amounts, learned, limits_unknown=limits_unknown)
        self.money.changed.connect(self.changed)
        self.money.height_changed.connect(self.fit)
        column.addWidget(label("SPENDING", "overline"))
        column.addWidget(self.money)

    def _change(self, control: Segmented, name: str, value: object) -> None:
        control.show_chosen(value)
        self.changed.emit(name, value)

    def _go_to_key(self) -> None:
        self.accept()
        self.key_requested.emit()
