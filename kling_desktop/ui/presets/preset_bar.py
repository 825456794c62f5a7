"""The bar above the form: the preset, and what to do once the form differs from it."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from kling_desktop.ui.presets.preset_box import PresetBox
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import IconButton


class PresetBar(QWidget):
    """Revert and Update are shown while they have something to do. Emits `list_requested` with what was typed
    already.
    """

    list_requested = Signal(str)
    revert_requested = Signal()
    update_requested = Signal()
    preset_changed = Signal(str)
    """The name of the preset that the form started with; "" for none."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._name = ""
        self.box = PresetBox(theme, self)
        self.revert = IconButton(theme, "undo", "Revert to the preset", side=34, plain=True)
        self.update_it = IconButton(theme, "check", "Update the preset", shortcut="Ctrl+S", side=34, plain=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE.S)
        row.addWidget(self.box, 1)
        for button, said in ((self.revert, self.revert_requested), (self.update_it, self.update_requested)):
            button.clicked.connect(said)
            row.addWidget(button)
        self.box.clicked.connect(lambda: self.list_requested.emit(""))
        self.box.typed.connect(self.list_requested)
        self.show_preset("", ())

    def show_preset(self, name: str, drift: Sequence[str]) -> None:
        """As in PresetBox."""
        if name != self._name:
            self._name = name
            self.preset_changed.emit(name)
        self.box.show_preset(name, drift)
        for button in (self.revert, self.update_it):
            button.setVisible(bool(drift))
