"""The top bar: the name, the sandbox mark, the account."""

from functools import partial

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from kling_desktop.ui.qt.icons import app_mark
from kling_desktop.ui.shell.account_area import AccountArea
from kling_desktop.ui.shell.form_menu import FormMenu
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import IconButton, LinkButton, Tag, label

HEIGHT = 44
_MARK = 20


class TopBar(QWidget):
    """Emits `settings_requested`, and `leave_sandbox_requested`. What concerns the account is in `account`."""

    settings_requested = Signal()
    leave_sandbox_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        theme.fit(self, lambda me: me.setFixedHeight(theme.px(HEIGHT)))
        self._sandbox = Tag(theme, "SANDBOX", loud=True)
        self._sandbox.setToolTip(
            "Simulates Leonardo.AI on this computer: nothing is charged, and no real clips are made."
        )
        self._leave = LinkButton(theme, "Leave", quiet=True)
        self._leave.setToolTip("Leave the sandbox and work with your own account")
        self._leave.setAccessibleName("Leave the sandbox")
        self._leave.clicked.connect(self.leave_sandbox_requested)
        self.account = AccountArea(theme)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE.L, 0, SPACE.M, 0)
        row.setSpacing(SPACE.S)
        row.addWidget(_Mark(theme))
        row.addWidget(label("Kling Desktop", "strong"))
        row.addWidget(self._sandbox)
        row.addWidget(self._leave)
        row.addStretch()
        self._form_buttons = QHBoxLayout()
        self._form_buttons.setSpacing(SPACE.XS)
        row.addLayout(self._form_buttons)
        row.addWidget(self.account)
        settings = IconButton(theme, "settings", "Settings", plain=True)
        for asked in (settings.clicked, self.account.settings_requested):
            asked.connect(self.settings_requested)
        row.addWidget(settings)
        self.show_sandbox(False)

    def show_form_menu(self, menu: FormMenu) -> None:
        """Show undo and redo, and the rest of the menu behind a button."""
        for action, icon in ((menu.undo, "undo"), (menu.redo, "redo")):
            button = IconButton(self._theme, icon, action.text(), shortcut=action.shortcut().toString(), plain=True)
            button.clicked.connect(action.trigger)
            action.changed.connect(partial(_follow, button, action))
            _follow(button, action)
            self._form_buttons.addWidget(button)
        more = IconButton(self._theme, "more", "Form menu", plain=True)
        more.clicked.connect(lambda: menu.open_below(more))
        self._form_buttons.addWidget(more)

    def show_sandbox(self, on: bool) -> None:
        self._sandbox.setVisible(on)
        self._leave.setVisible(on)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), tokens.pane)
            painter.setPen(QPen(tokens.line, 1))
            painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)


class _Mark(QWidget):
    """The app's own mark."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        side = self._theme.px(_MARK)
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, app_mark(self.width(), self.devicePixelRatioF()))


def _follow(button: IconButton, action: QAction) -> None:
    button.setEnabled(action.isEnabled())
