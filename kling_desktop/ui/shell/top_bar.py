"""The top bar: the name, the sandbox mark, the account and its balance."""

from functools import partial

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget

from kling_desktop.ui.shell.form_menu import FormMenu
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import IconButton, LinkButton, Pill, Tag, label

HEIGHT = 44


class TopBar(QWidget):
    """Emits `key_requested` and `settings_requested`."""

    key_requested = Signal()
    settings_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFixedHeight(HEIGHT)
        self._sandbox = Tag(theme, "SANDBOX", loud=True)
        self._sandbox.setToolTip(
            "Simulates Leonardo.AI on this computer: nothing is charged, and no real clips are made."
        )
        self._profile = label("", "secondary")
        self._balance = Pill(theme, "")
        self._balance.setToolTip("The API balance of your account, in Leonardo's credits")
        key = IconButton(theme, "key", "API key")
        key.clicked.connect(self.key_requested)
        self._add_key = LinkButton(theme, "Add your API key")
        self._add_key.clicked.connect(self.key_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE.L + 14 + SPACE.S, 0, SPACE.M, 0)
        row.setSpacing(SPACE.M)
        row.addWidget(label("Kling Desktop", "strong"))
        row.addWidget(self._sandbox)
        row.addStretch()
        self._form_buttons = QHBoxLayout()
        self._form_buttons.setSpacing(SPACE.XS)
        row.addLayout(self._form_buttons)
        row.addWidget(self._profile)
        row.addWidget(self._balance)
        settings = IconButton(theme, "settings", "Settings")
        settings.clicked.connect(self.settings_requested)
        row.addWidget(self._add_key)
        row.addWidget(key)
        row.addWidget(settings)
        self.show_account("", None)
        self.show_sandbox(False)
        self.show_key_missing(False)

    def show_form_menu(self, menu: FormMenu) -> None:
        """Show undo and redo, and the rest of the menu behind a button."""
        for action, icon in ((menu.undo, "undo"), (menu.redo, "redo")):
            button = IconButton(self._theme, icon, action.text(), shortcut=action.shortcut().toString(), plain=True)
            button.clicked.connect(action.trigger)
            action.changed.connect(partial(_follow, button, action))
            _follow(button, action)
            self._form_buttons.addWidget(button)
        more = IconButton(self._theme, "more", "Form menu", plain=True)
        more.clicked.connect(lambda: menu.popup(more.mapToGlobal(more.rect().bottomLeft())))
        self._form_buttons.addWidget(more)

    def show_key_missing(self, on: bool) -> None:
        """Whether a key is needed before anything else."""
        self._add_key.setVisible(on)

    def show_sandbox(self, on: bool) -> None:
        self._sandbox.setVisible(on)

    def show_account(self, name: str, credits: int | None) -> None:
        """Show the account and its balance, as far as they are known."""
        self._profile.setText(name)
        self._profile.setVisible(bool(name))
        self._balance.setText("" if credits is None else f"{credits:,} credits")
        self._balance.setVisible(credits is not None)
        self._balance.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), tokens.pane)
            painter.setPen(QPen(tokens.line, 1))
            painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.accent)
            painter.drawRoundedRect(QRectF(SPACE.L, (self.height() - 14) / 2, 14, 14), 4, 4)


def _follow(button: IconButton, action: QAction) -> None:
    button.setEnabled(action.isEnabled())
