"""Which key is in use, with ways to check it and to remove it."""

from enum import Enum, auto

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kling_desktop.ui.theme import SPACE, Theme, Tone
from kling_desktop.ui.widgets import Button, StatusDot, label


class KeyPlace(Enum):
    """Where the key in use comes from."""

    KEYRING = auto()
    SESSION = auto()
    ENVIRONMENT = auto()


_SENTENCES = {
    KeyPlace.KEYRING: "The key ending in {end} is stored in this computer's keyring.",
    KeyPlace.SESSION: "The key ending in {end} is kept for this session only.",
    KeyPlace.ENVIRONMENT: "The key ending in {end} comes from LEONARDO_API_KEY and is used for this run.",
}
_VERDICTS = {Tone.OK: "Checked", Tone.BAD: "Problem", Tone.ODD: "Not checked"}


class StoredKey(QWidget):
    """Emits `check_requested` and `remove_requested`, and `height_changed` when there is more or less to say."""

    check_requested = Signal()
    remove_requested = Signal()
    height_changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._which = label("", wraps=True)
        self._check = Button(theme, "Check key", tall=True)
        self._check.clicked.connect(self.check_requested)
        self._remove = Button(theme, "Remove key", icon="trash", tall=True)
        self._remove.setToolTip("Remove it from this computer. It stays valid at Leonardo.AI.")
        self._remove.clicked.connect(self.remove_requested)
        self._state = StatusDot(theme, Tone.IDLE, "", strong=False)
        self._words = label("", "secondary", wraps=True)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE.S)
        buttons.addWidget(self._check)
        buttons.addWidget(self._remove)
        buttons.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE.S, 0, 0)
        column.setSpacing(SPACE.S)
        column.addWidget(label("KEY IN USE", "overline"))
        column.addWidget(self._which)
        column.addLayout(buttons)
        for part in (self._state, self._words):
            column.addWidget(part)
            part.hide()

    def show_key(self, end: str, place: KeyPlace) -> None:
        """Show which key it is, by its last characters, and where it comes from."""
        self._which.setText(_SENTENCES[place].format(end=end))
        self._remove.setVisible(place is not KeyPlace.ENVIRONMENT)

    def show_checking(self) -> None:
        """Show that the key is being checked."""
        self._check.setEnabled(False)
        self._say(Tone.BUSY, "Checking", "")

    def show_check(self, sentence: str, tone: Tone) -> None:
        """Show what came of a check or of the removal."""
        self._check.setEnabled(True)
        self._say(tone, _VERDICTS[tone], sentence)

    def _say(self, tone: Tone, word: str, sentence: str) -> None:
        self._state.show_state(tone, word)
        self._state.show()
        self._words.setText(sentence)
        self._words.setVisible(bool(sentence))
        self.height_changed.emit()
