"""The dialog for the API key, or the sandbox instead: the first thing a new user sees."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget
from shiboken6 import isValid

from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.model_table import find_model
from kling_desktop.domain.spending.prices import SNAPSHOT_PRICES
from kling_desktop.domain.text import list_or
from kling_desktop.ui.qt.web_browser import open_address
from kling_desktop.ui.settings.folder_picker import FolderPicker
from kling_desktop.ui.settings.stored_key import KeyPlace, StoredKey
from kling_desktop.ui.theme import SPACE, Theme, Tone
from kling_desktop.ui.widgets import Button, LinkButton, PrimaryButton, StatusDot, label
from kling_desktop.ui.widgets.dialog import Dialog

_WIDTH = 480
_KEEP = "Check and save the key"
_KEYS_PAGE = "https://app.leonardo.ai/api-access"
_NO_BROWSER = f"Your browser couldn't be opened. Open this address yourself: {_KEYS_PAGE}"


class KeyDialog(Dialog):
    """Shown with open(), never with exec(). The owner checks the key and answers through the show_ methods.

    Emits `key_submitted` with the text as pasted, and whether to save it although it couldn't be checked.
    """

    key_submitted = Signal(str, bool)
    sandbox_chosen = Signal()
    check_requested = Signal()
    """The key in use should be checked."""
    remove_requested = Signal()
    """The key in use should be removed."""
    folder_chosen = Signal(str)
    """The folder for clips, asked on the first run."""

    def __init__(
        self,
        theme: Theme,
        parent: QWidget,
        *,
        first_run: bool,
        offers_sandbox: bool,
        folder: Path | None = None,
        profile: str = "",
    ) -> None:
        """profile: the name of the one that the key is for, where there are several."""
        title = f"API key of “{profile}”" if profile else "Your API key"
        super().__init__(theme, parent, "Welcome to Kling Desktop" if first_run else title, width=_WIDTH)
        self._untried = False
        self._key = QLineEdit()
        self._key.setEchoMode(QLineEdit.EchoMode.Password)
        self._key.setPlaceholderText("Paste your Leonardo.AI API key")
        self._key.setAccessibleName("API key")
        self._key.textEdited.connect(self._edited)
        self._verdict = StatusDot(theme, Tone.IDLE, "", strong=False)
        self._words = label("", "secondary", wraps=True)
        self._keeping = label("The key is stored in this computer's keyring and nowhere else.", "caption", wraps=True)
        self._keep = PrimaryButton(theme, _KEEP)
        self._keep.clicked.connect(self._give)
        self._keep.be_default_of(self)
        self._stored = StoredKey(theme)
        self._stored.check_requested.connect(self.check_requested)
        self._stored.remove_requested.connect(self.remove_requested)
        self._stored.height_changed.connect(self.fit)
        self._stored.hide()
        column = self.body
        usual = Draft()
        lengths = [replace(usual, duration=seconds) for seconds in find_model(usual.model).durations]
        prices = list_or([f"{SNAPSHOT_PRICES.of(clip)} for {clip.duration} seconds" for clip in lengths])
        what = f"Kling Desktop makes videos through your Leonardo.AI account. A clip costs about {prices}."
        column.addWidget(label(what, "secondary", wraps=True))
        column.addWidget(self._key)
        column.addWidget(self._keep)
        column.addLayout(self._answers())
        if offers_sandbox:
            column.addSpacing(SPACE.S)
            column.addWidget(label("NO KEY YET?", "overline"))
            column.addLayout(self._other_ways())
            self._address = label(_NO_BROWSER, "secondary", wraps=True)
            self._address.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._address.hide()
            column.addWidget(self._address)
        if first_run and folder is not None:
            column.addSpacing(SPACE.S)
            column.addWidget(label("WHERE YOUR CLIPS GO", "overline"))
            place = FolderPicker(theme, "Folder for clips", folder)
            place.chosen.connect(self.folder_chosen)
            place.chosen.connect(lambda _: self.fit())
            column.addWidget(place)
        # Last: what the keyring holds is known a moment later, and must not move anything.
        column.addWidget(self._stored)
        column.addSpacing(SPACE.S)
        column.addWidget(self._keeping)
        self._hide_answers()
        self._key.setFocus(Qt.FocusReason.OtherFocusReason)

    def _answers(self) -> QVBoxLayout:
        """Below the button, so that nothing moves under the pointer when there is something to say."""
        rows = QVBoxLayout()
        rows.setSpacing(SPACE.XS)
        rows.addWidget(self._verdict)
        rows.addWidget(self._words)
        return rows

    def _other_ways(self) -> QHBoxLayout:
        sandbox = Button(self._theme, "Try it in the sandbox", tall=True)
        sandbox.setToolTip("A stand-in for Leonardo.AI on this computer. Nothing is charged, no key is needed.")
        sandbox.clicked.connect(self.sandbox_chosen)
        self._get_key = LinkButton(self._theme, "Get an API key at Leonardo.AI")
        self._get_key.clicked.connect(lambda: open_address(_KEYS_PAGE, self._offer_address))
        row = QHBoxLayout()
        row.setSpacing(SPACE.L)
        row.addWidget(sandbox)
        row.addWidget(self._get_key)
        row.addStretch()
        return row

    def _offer_address(self) -> None:
        """The browser doesn't open: the address can be taken there by hand."""
        if not isValid(self):
            return
        self._address.show()
        self._get_key.setText("Copy the address")
        self._get_key.updateGeometry()
        self._get_key.clicked.disconnect()
        self._get_key.clicked.connect(lambda: QGuiApplication.clipboard().setText(_KEYS_PAGE))
        self.fit()

    @property
    def verdict(self) -> str:
        """The sentence that says why the key wasn't saved; "" while there is none."""
        return self._words.text()

    def show_keeping(self, sentence: str) -> None:
        """Say why a key can't be kept beyond this session."""
        self._keeping.setText(sentence)
        self.fit()

    def show_stored(self, end: str, place: KeyPlace) -> None:
        """Show which key is in use, by its last characters. Another one replaces it."""
        self._stored.show_key(end, place)
        self._stored.show()
        self._key.setPlaceholderText("Paste another key to replace it")
        self.fit()

    def show_checking(self) -> None:
        """Show that the key in use is being checked."""
        self._stored.show_checking()

    def show_check(self, sentence: str, tone: Tone) -> None:
        """Show what came of checking or removing the key in use."""
        self._stored.show_check(sentence, tone)

    def show_busy(self) -> None:
        """Show that the key is being checked."""
        self._keep.setEnabled(False)
        self._key.setReadOnly(True)
        self._say(Tone.BUSY, "Checking", "")

    def show_verdict(self, sentence: str, *, may_keep: bool) -> None:
        """Say why the key wasn't saved. may_keep: it couldn't be checked, but nothing speaks against it."""
        self._untried = may_keep
        self._keep.setEnabled(True)
        self._key.setReadOnly(False)
        self._keep.setText("Save anyway" if may_keep else _KEEP)
        self._say(Tone.ODD if may_keep else Tone.BAD, "Not checked" if may_keep else "Not saved", sentence)

    def _say(self, tone: Tone, word: str, sentence: str) -> None:
        self._verdict.show_state(tone, word)
        self._verdict.updateGeometry()
        self._words.setText(sentence)
        self._verdict.show()
        self._words.setVisible(bool(sentence))
        self.fit()

    def _hide_answers(self) -> None:
        self._words.clear()
        for part in (self._verdict, self._words):
            part.hide()

    def _edited(self) -> None:
        self._untried = False
        self._keep.setText(_KEEP)
        self._hide_answers()
        self.fit()

    def _give(self) -> None:
        if self._keep.isEnabled():
            self.key_submitted.emit(self._key.text(), self._untried)
