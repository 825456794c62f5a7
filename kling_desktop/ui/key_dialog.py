"""Asking for the API key, or for the sandbox instead: the first thing a new user sees."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kling_desktop.ui.theme import SPACE, Theme, Tone
from kling_desktop.ui.widgets import Button, Led, PrimaryButton, label

_WIDTH = 480


class KeyDialog(QDialog):
    """Shown with open(), never with exec(). The owner tries the key and answers through the show_ methods.

    `key_given`: the text as pasted, and whether to keep it although it could not be tried.
    """

    key_given = Signal(str, bool)
    sandbox_chosen = Signal()

    def __init__(self, theme: Theme, parent: QWidget, *, first_run: bool) -> None:
        super().__init__(parent)
        self._theme = theme
        self._untried = False
        self.setWindowTitle("Welcome" if first_run else "API key")
        self.setFixedWidth(_WIDTH)
        self._key = QLineEdit()
        self._key.setEchoMode(QLineEdit.EchoMode.Password)
        self._key.setPlaceholderText("Paste the key here")
        self._key.setAccessibleName("API key")
        self._key.setMinimumHeight(36)
        self._key.textEdited.connect(self._edited)
        self._key.returnPressed.connect(self._give)
        self._verdict = Led(theme, Tone.IDLE, "", strong=False)
        self._words = label("", "secondary", wraps=True)
        self._keeping = label("It is kept in this computer's keyring and nowhere else.", "caption", wraps=True)
        self._keep = PrimaryButton(theme, "Check and keep the key")
        self._keep.clicked.connect(self._give)
        sandbox = Button(theme, "Try it in the sandbox", tall=True)
        sandbox.clicked.connect(self.sandbox_chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.XL, SPACE.XL, SPACE.XL, SPACE.XL)
        column.setSpacing(SPACE.M)
        column.addWidget(label("Welcome to Kling Desktop" if first_run else "Your API key", "empty"))
        column.addWidget(label("Paste your Leonardo.AI API key.", "secondary", wraps=True))
        column.addWidget(self._key)
        column.addWidget(self._verdict)
        column.addWidget(self._words)
        column.addWidget(self._keep)
        column.addWidget(self._keeping)
        column.addSpacing(SPACE.S)
        column.addWidget(label("NO KEY AT HAND?", "overline"))
        row = QHBoxLayout()
        row.setSpacing(SPACE.M)
        row.addWidget(sandbox)
        row.addWidget(label("A stand-in on this computer. Nothing is charged.", "secondary", wraps=True), 1)
        column.addLayout(row)
        self._verdict.hide()
        self._words.hide()
        self._key.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def verdict(self) -> str:
        """The sentence that says why the key was not kept; "" while there is none."""
        return self._words.text()

    def show_keeping(self, sentence: str) -> None:
        """Why a key can't be kept beyond this session."""
        self._keeping.setText(sentence)
        self.adjustSize()

    def show_busy(self) -> None:
        """The key is being tried."""
        self._keep.setEnabled(False)
        self._key.setReadOnly(True)
        self._say(Tone.BUSY, "Checking", "")

    def show_verdict(self, sentence: str, *, may_keep: bool) -> None:
        """Why the key was not kept. may_keep: nothing speaks against it, it only could not be tried."""
        self._untried = may_keep
        self._keep.setEnabled(True)
        self._key.setReadOnly(False)
        self._keep.setText("Keep it all the same" if may_keep else "Check and keep the key")
        self._say(Tone.ODD if may_keep else Tone.BAD, "Not tried" if may_keep else "Not kept", sentence)

    def _say(self, tone: Tone, word: str, sentence: str) -> None:
        self._verdict.show_state(tone, word)
        self._verdict.updateGeometry()
        self._words.setText(sentence)
        self._verdict.show()
        self._words.setVisible(bool(sentence))
        self.adjustSize()

    def _edited(self) -> None:
        self._untried = False
        self._keep.setText("Check and keep the key")
        self._verdict.hide()
        self._words.hide()
        self._words.clear()
        self.adjustSize()

    def _give(self) -> None:
        if self._keep.isEnabled():
            self.key_given.emit(self._key.text(), self._untried)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._theme.tokens.pane)
