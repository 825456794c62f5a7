"""The dialog for errors before there is a window."""

from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets import Button, label
from kling_desktop.ui.widgets.dialog import Dialog


class StartupErrorDialog(Dialog):
    """Shown with open(): what went wrong, what to do, and Close."""

    def __init__(self, theme: Theme, what: str, advice: str) -> None:
        super().__init__(theme, None, what, width=440)
        self.body.addWidget(label(advice, "secondary", wraps=True))
        close = Button(theme, "Close", tall=True)
        close.clicked.connect(self.accept)
        close.setFocus()
        self.add_buttons(close)
