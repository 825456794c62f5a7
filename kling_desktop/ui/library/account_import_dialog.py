"""The dialog that imports clips made elsewhere on the same account."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from kling_desktop.ui.theme import SPACE, Theme, Tone
from kling_desktop.ui.widgets import Option, PrimaryButton, Segmented, StatusDot, label
from kling_desktop.ui.widgets.dialog import Dialog

_WIDTH = 480
_WHICH = [Option(False, "16:9, 1:1 and 9:16"), Option(True, "Videos of all sizes")]


class AccountImportDialog(Dialog):
    """Shown with open(). Emits `begun(everything)` to read the account's list and `stopped` to stop.

    Closing it stops nothing.
    """

    start_requested = Signal(bool)
    stopped = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent, "Import from your account", width=_WIDTH)
        self._everything = False
        self._is_running = False
        self._which = Segmented(theme, "Which videos", _WHICH)
        self._which.show_chosen(False)
        self._which.chosen.connect(self._choose)
        self._led = StatusDot(theme, Tone.IDLE, "Nothing read yet")
        self._words = label("", "secondary", wraps=True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._words.setMinimumHeight(2 * self._words.fontMetrics().lineSpacing())
        self._begin = PrimaryButton(theme, "Import", compact=True)
        self._begin.clicked.connect(self._press)
        self._begin.be_default_of(self)
        column = self.body
        what = "Imports the videos of your Leonardo.AI account that aren't in this library yet. It costs nothing."
        column.addWidget(label(what, "secondary", wraps=True))
        column.addWidget(self._which)
        column.addSpacing(SPACE.S)
        column.addWidget(self._led)
        column.addWidget(self._words)
        self.add_buttons(self._begin)

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
        self.fit()
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
