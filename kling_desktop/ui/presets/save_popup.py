"""Saving the form as a preset, or over the present one, and renaming presets."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kling_desktop.domain.presets.file_format import tidy_name
from kling_desktop.domain.presets.preset import MAX_NAME_LENGTH, PresetPart
from kling_desktop.ui.presets.popup import PresetPopup
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import Button, Chip, label

Take = Callable[[str, frozenset[PresetPart]], None]
_WORDS = {PresetPart.PROMPT: "Prompt", PresetPart.MEDIA: "Media", PresetPart.SETTINGS: "Settings"}


def _go_nowhere() -> None:
    """The focus goes back to where it was."""


class PresetSavePopup(PresetPopup):
    """Asks one thing at a time; emits `confirmed` after showing what changes."""

    confirmed = Signal()

    def __init__(self, theme: Theme, box: QWidget, host: QWidget) -> None:
        super().__init__(theme, box, host)
        self._take: Take = lambda _name, _parts: None
        self._why_not: Callable[[str], str] = lambda _name: ""
        self._go_back = _go_nowhere
        self._title = label("", "strong", wraps=True)
        self._line = QLineEdit()
        self._line.setMaxLength(MAX_NAME_LENGTH)
        self._line.setAccessibleName("Name of the preset")
        self._line.setPlaceholderText("Name")
        self._told = label("", "secondary", wraps=True)
        self._why = label("", "problem", wraps=True)
        self._parts_of = QWidget()
        parts = QHBoxLayout(self._parts_of)
        parts.setContentsMargins(0, 0, 0, 0)
        parts.setSpacing(SPACE.S)
        parts.addWidget(label("Includes", "secondary"))
        self._parts = {part: Chip(theme, words) for part, words in _WORDS.items()}
        for chip in self._parts.values():
            chip.toggled.connect(lambda _on: self._say(""))
            parts.addWidget(chip)
        parts.addStretch()
        self._save = Button(theme, "Save", tall=True)
        self._save.clicked.connect(self._submit)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self._save)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.M, SPACE.M, SPACE.M, SPACE.M)
        column.setSpacing(SPACE.S)
        for part in (self._title, self._line, self._told, self._parts_of, self._why):
            column.addWidget(part)
        column.addLayout(buttons)
        self._line.textEdited.connect(lambda _text: self._say(""))

    def ask_name(
        self,
        title: str,
        name: str,
        take: Take,
        why_not: Callable[[str], str],
        parts: frozenset[PresetPart] | None = None,
        go_back: Callable[[], None] = _go_nowhere,
    ) -> None:
        """Ask for a name, and for the parts to save unless they are settled. take(name, parts) is called with both.

        why_not(name): why that name can't be used, "" when it can. go_back: called at the end, with or without a name.
        """
        self._take, self._why_not, self._go_back = take, why_not, go_back
        self._title.setText(title)
        self._line.setText(name)
        self._line.selectAll()
        for part, chip in self._parts.items():
            chip.setChecked(parts is not None and part in parts)
        self._parts_of.setVisible(parts is not None)
        self._line.show()
        self._told.hide()
        self._open(self._line)

    def ask_confirmation(self, title: str, changes: Sequence[str]) -> None:
        """Ask whether to save what differs."""
        self._go_back = _go_nowhere
        self._title.setText(title)
        self._told.setText("\n".join(changes))
        self._told.show()
        self._line.hide()
        self._parts_of.hide()
        self._open(self._save)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._submit()
        elif event.key() == Qt.Key.Key_Escape:
            self.close_popup()
            self._go_back()
        else:
            super().keyPressEvent(event)

    def _open(self, begin: QWidget) -> None:
        self._say("")
        self._fit()
        begin.setFocus(Qt.FocusReason.PopupFocusReason)

    def _fit(self) -> None:
        layout = self.layout()
        assert layout is not None
        layout.activate()
        width = self._host.width() - 2 * self._box.mapTo(self._host, self._box.rect().topLeft()).x()
        self.open_below(
            layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else layout.totalSizeHint().height()
        )

    def _submit(self) -> None:
        if self._line.isHidden():
            self.close_popup()
            self.confirmed.emit()
            return
        name = tidy_name(self._line.text())
        parts = frozenset(part for part, chip in self._parts.items() if chip.isChecked())
        asks_parts = not self._parts_of.isHidden()
        if why := self._why_not(name) or ("Choose what to include." if asks_parts and not parts else ""):
            self._say(why)
            return
        self.close_popup()
        self._take(name, parts)
        self._go_back()

    def _say(self, sentence: str) -> None:
        self._why.setText(sentence)
        self._why.setVisible(bool(sentence))
        self._line.setAccessibleDescription(sentence)
        if self.isVisible():
            self._fit()
