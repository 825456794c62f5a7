"""The dialog that names a profile: a new one, or the present one anew."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets import Button, PrimaryButton, label
from kling_desktop.ui.widgets.dialog import Dialog

_WIDTH = 400
_ABOUT = "A profile has an API key, a queue and clips of its own. Presets and spending limits are shared."


class ProfileDialog(Dialog):
    """Shown with open(). Emits `name_submitted`; the owner closes it, or says why the name can't be used."""

    name_submitted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget, *, name: str = "") -> None:
        """name: the present name of the profile to rename; "" for a new one."""
        super().__init__(theme, parent, "Rename profile" if name else "New profile", width=_WIDTH)
        self._name = QLineEdit(name)
        self._name.setAccessibleName("Name of the profile")
        self._name.setPlaceholderText("Name, such as the client's")
        self._name.selectAll()
        self._why = label("", "problem", wraps=True)
        self._why.hide()
        self._name.textEdited.connect(lambda _: self.show_problem(""))
        cancel = Button(theme, "Cancel", tall=True)
        cancel.clicked.connect(self.reject)
        done = PrimaryButton(theme, "Rename" if name else "Create profile", compact=True)
        done.clicked.connect(lambda: self.name_submitted.emit(self._name.text()))
        done.be_default_of(self)
        self.add_buttons(cancel, done)
        column = self.body
        if not name:
            column.addWidget(label(_ABOUT, "secondary", wraps=True))
        column.addWidget(self._name)
        column.addWidget(self._why)
        self._name.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_problem(self, sentence: str) -> None:
        """Say why that name can't be used; "" for no reason."""
        self._why.setText(sentence)
        self._why.setVisible(bool(sentence))
        self.fit()
