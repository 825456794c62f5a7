"""Back-ups, and what stays on the computer when the app is removed."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import Button, Option, Segmented, label
from kling_desktop.ui.widgets.dialog import Dialog

_CLIPS = [Option(False, "Without clips"), Option(True, "With clips")]
_BACKUP = (
    "One file with your library, jobs, presets, drafts, settings and what everything cost. "
    "Keys are never in it: enter them again where you restore it."
)
_KEYS = "Your API keys are in this computer's keyring, and nowhere else."
_REMOVAL = "Removing Kling Desktop leaves your work alone. These folders stay until you delete them:"


@dataclass(frozen=True, slots=True)
class FolderUse:
    """What lies in a folder, and how large it is, in words."""

    what: str
    folder: Path
    size: str


class DataDialog(Dialog):
    """Shown with open().

    Args:
        theme: The look.
        parent: The window.
        places: The folders that the app uses.
        removal: How this installation is removed.
    """

    backup_requested = Signal(bool)
    """Back up, with clips or without."""
    restore_requested = Signal()
    key_removal_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget, places: Sequence[FolderUse], removal: str) -> None:
        super().__init__(theme, parent, "Back-ups and data", width=600)
        self.clips = Segmented(theme, "What a back-up holds", _CLIPS)
        self.clips.show_chosen(False)
        self.clips.chosen.connect(self._choose)
        self._with_clips = False
        self.back_up = Button(theme, "Back up…", icon="download", tall=True)
        self.back_up.clicked.connect(lambda: self.backup_requested.emit(self._with_clips))
        self.restore = Button(theme, "Restore…", icon="upload", tall=True)
        self.restore.clicked.connect(self.restore_requested)
        self.remove_keys = Button(theme, "Remove my keys", icon="key", tall=True)
        self.remove_keys.clicked.connect(self.key_removal_requested)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE.S)
        for widget in (self.clips, self.back_up, self.restore):
            buttons.addWidget(widget)
        buttons.addStretch()
        self.body.addWidget(label("BACK-UP", "overline"))
        self.body.addWidget(label(_BACKUP, "secondary", wraps=True))
        self.body.addLayout(buttons)
        self.body.addSpacing(SPACE.M)
        self.body.addWidget(label("WHAT LIES WHERE", "overline"))
        self.body.addWidget(label(_REMOVAL, "secondary", wraps=True))
        self.body.addLayout(self._rows(places))
        self.body.addWidget(label(_KEYS, "secondary", wraps=True))
        row = QHBoxLayout()
        row.addWidget(self.remove_keys)
        row.addStretch()
        self.body.addLayout(row)
        self.verdict = label("", "secondary", wraps=True)
        self.verdict.setVisible(False)
        self.body.addWidget(self.verdict)
        self.body.addSpacing(SPACE.M)
        self.body.addWidget(label("TO REMOVE THE APP", "overline"))
        how = label(removal, "secondary", wraps=True)
        how.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.body.addWidget(how)

    def show_verdict(self, sentence: str) -> None:
        """Say what became of the keys."""
        self.verdict.setText(sentence)
        self.verdict.setVisible(bool(sentence))
        self.fit()

    def _choose(self, value: object) -> None:
        self._with_clips = bool(value)
        self.clips.show_chosen(value)

    def _rows(self, places: Sequence[FolderUse]) -> QGridLayout:
        rows = QGridLayout()
        rows.setHorizontalSpacing(SPACE.M)
        rows.setVerticalSpacing(SPACE.S)
        rows.setColumnStretch(1, 1)
        for row, place in enumerate(places):
            where = label(f"{place.folder}\n{place.size}", "secondary", wraps=True)
            where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            show = Button(self._theme, "Open", icon="folder")
            show.setAccessibleName(f"Open the folder: {place.what}")
            address = QUrl.fromLocalFile(str(place.folder))
            show.clicked.connect(lambda _=False, to=address: QDesktopServices.openUrl(to))
            rows.addWidget(label(place.what), row, 0, Qt.AlignmentFlag.AlignTop)
            rows.addWidget(where, row, 1)
            rows.addWidget(show, row, 2, Qt.AlignmentFlag.AlignTop)
        return rows
