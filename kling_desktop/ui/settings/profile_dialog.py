"""The dialog that names a profile: a new one, or the present one anew."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kling_desktop.ui.qt.dialog_height import fit_height
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import Button, PrimaryButton, label

_WIDTH = 400
_ABOUT = "A profile has an API key, a queue and clips of its own. Presets and spending limits are shared."


class ProfileDialog(QDialog):
    """Shown with open(). Emits `name_submitted`; the owner closes it, or says why the name can't be used."""

    name_submitted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget, *, name: str = "") -> None:
        """name: the present name of the profile to rename; "" for a new one."""
        super().__init__(parent)
        self._theme = theme
        self.setWindowTitle("Rename profile" if name else "New profile")
        self.setFixedWidth(_WIDTH)
        self._name = QLineEdit(name)
        self._name.setAccessibleName("Name of the profile")
        self._name.setPlaceholderText("Name, such as the client's")
        self._name.setMinimumHeight(36)
        self._name.selectAll()
        self._why = label("", "problem", wraps=True)
        self._why.hide()
        self._name.textEdited.connect(lambda _: self.show_problem(""))
        cancel = Button(theme, "Cancel", tall=True)
        cancel.clicked.connect(self.reject)
        done = PrimaryButton(theme, "Rename" if name else "Create profile")
        done.clicked.connect(lambda: self.name_submitted.emit(self._name.text()))
        done.be_default_of(self)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE.S)
        buttons.addStretch()
        buttons.addWidget(cancel)
        buttons.addWidget(done)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.XL, SPACE.XL, SPACE.XL, SPACE.XL)
        column.setSpacing(SPACE.M)
        column.addWidget(label(self.windowTitle(), "empty"))
        if not name:
            column.addWidget(label(_ABOUT, "secondary", wraps=True))
        column.addWidget(self._name)
        column.addWidget(self._why)
        column.addLayout(buttons)
        self._name.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_problem(self, sentence: str) -> None:
        """Say why that name can't be used; "" for no reason."""
        self._why.setText(sentence)
        self._why.setVisible(bool(sentence))
        fit_height(self, _WIDTH)

    def showEvent(self, event: QShowEvent) -> None:
        fit_height(self, _WIDTH)
        super().showEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._theme.tokens.pane)
