"""Asks in which code page a text file is written, by what it would say in each."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from kling_desktop.domain.text_decoder import CODE_PAGES, Reading
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import Button, PrimaryButton, label
from kling_desktop.ui.widgets.dialog import Dialog

_WIDTH, _HEIGHT = 640, 460


class CodePageDialog(Dialog):
    """Shown with open(). Emits `code_page_chosen` with one of CODE_PAGES."""

    code_page_chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget, name: str, readings: Sequence[Reading]) -> None:
        """name: of the file. readings: the likely ones first."""
        super().__init__(theme, parent, "Which line is right?", width=_WIDTH, height=_HEIGHT)
        file = label(name, "strong", wraps=True)
        file.setTextFormat(Qt.TextFormat.PlainText)
        why = (
            "This file isn't saved as UTF-8, so its letters can be read in several ways. "
            "Choose the line that reads as it should."
        )
        self.choices = QListWidget()
        self.choices.setSpacing(SPACE.XS)
        self.choices.setAccessibleName("What the file says in each code page")
        for reading in readings:
            item = QListWidgetItem(f"{reading.sample}\n{CODE_PAGES[reading.code_page]}")
            item.setData(Qt.ItemDataRole.UserRole, reading.code_page)
            self.choices.addItem(item)
        self.choices.setCurrentRow(0)
        self.choices.itemActivated.connect(self._choose)
        cancel = Button(theme, "Cancel", tall=True)
        cancel.clicked.connect(self.reject)
        self.go = PrimaryButton(theme, "Read the file", compact=True)
        self.go.triggered.connect(self._choose)
        self.go.be_default_of(self)
        self.body.addWidget(file)
        self.body.addWidget(label(why, "secondary", wraps=True))
        self.body.addWidget(self.choices, 1)
        self.add_buttons(self.go, left=(cancel,))
        self.choices.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose(self) -> None:
        code_page = str(self.choices.currentItem().data(Qt.ItemDataRole.UserRole))
        self.accept()
        self.code_page_chosen.emit(code_page)
