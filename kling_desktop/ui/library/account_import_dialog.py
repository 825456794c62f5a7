"""The dialog that imports clips made elsewhere on the same account."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from kling_desktop.ui.theme import SPACE, Theme, Tone
from kling_desktop.ui.widgets import Button, Option, PrimaryButton, Segmented, StatusDot, label

_WIDTH = 480
_WHICH = [Option(False, "16:9, 1:1 and 9:16"), Option(True, "Videos of all sizes")]


class AccountImportDialog(QDialog):
    """Shown with open(). Emits `begun(everything)` to read the account's list and `stopped` to stop.

    Closing it stops nothing.
    """

    start_requested = Signal(bool)
    stopped = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._everything = False
        self._is_running = False
        self.setWindowTitle("Import from your account")
        self.setFixedWidth(_WIDTH)
        self._which = Segmented(theme, "Which videos", _WHICH)
        self._which.show_chosen(False)
        self._which.chosen.connect(self._choose)
        self._led = StatusDot(theme, Tone.IDLE, "Nothing read yet")
        self._words = label("", "secondary", wraps=True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._words.setMinimumHeight(2 * self._words.fontMetrics().lineSpacing())
        self._begin = PrimaryButton(theme, "Import")
        self._begin.clicked.connect(self._press)
        self._begin.be_default_of(self)
        close = Button(theme, "Close", tall=True)
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE.S)
        foot.addStretch()
        foot.addWidget(close)
        foot.addWidget(self._begin)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.XL, SPACE.XL, SPACE.XL, SPACE.XL)
        column.setSpacing(SPACE.M)
        column.addWidget(label("Import from your account", "empty"))
        what = "Imports the videos of your Leonardo.AI account that aren't in this library yet. It costs nothing."
        column.addWidget(label(what, "secondary", wraps=True))
        column.addWidget(self._which)
        column.addSpacing(SPACE.S)
        column.addWidget(self._led)
        column.addWidget(self._words)
        column.addLayout(foot)

    @property
    def sentence(self) -> str:
        """The text below the state."""
        return self._words.text()

    @property
    def is_running(self) -> bool:
        return self._is_running

    def show_running(self, sentence: str) -> None:
        """Show the progress."""
        self._show(True, Tone.BUSY, "Importing", sentence)

    def show_end(self, sentence: str, *, whole: bool) -> None:
        """Show how it ended: complete or not."""
        self._show(False, Tone.OK if whole else Tone.ODD, "Done" if whole else "Not complete", sentence)
        self._begin.setText("Import again" if whole else "Continue")

    def _show(self, running: bool, tone: Tone, word: str, sentence: str) -> None:
        self._is_running = running
        self._led.show_state(tone, word)
        self._led.updateGeometry()
        self._words.setText(sentence)
        self._which.setEnabled(not running)
        self._words.setMinimumHeight(
            max(self._words.minimumHeight(), self._words.heightForWidth(_WIDTH - 2 * SPACE.XL))
        )
        self.adjustSize()
        if running:
            self._begin.setText("Stop")

    def _choose(self, everything: object) -> None:
        self._everything = bool(everything)
        self._which.show_chosen(everything)

    def _press(self) -> None:
        if self._is_running:
            self.stopped.emit()
        else:
            self.show_running("Reading your account's list…")
            self.start_requested.emit(self._everything)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._theme.tokens.pane)
