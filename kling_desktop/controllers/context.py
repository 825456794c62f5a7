"""What every controller works with."""

from dataclasses import dataclass, field

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from kling_desktop.controllers.connections import Connections
from kling_desktop.controllers.user_settings import UserSettings
from kling_desktop.store.folders import Folders
from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.shell.main_window import MainWindow
from kling_desktop.ui.theme import Theme, Tone
from kling_desktop.ui.widgets import Message, MessageBar

FAULT = "Something went wrong in the app. The log has the details; what you entered is safe."
CONNECTING = "Connecting…"
"""What Generate waits for until there is a session."""


@dataclass(frozen=True, slots=True)
class AppContext:
    """The window and what belongs to it. Tasks and connections end with whoever the context is for: the window, or one
    session.
    """

    theme: Theme
    window: MainWindow
    tasks: Tasks
    folders: Folders
    settings: UserSettings
    connections: Connections = field(default_factory=Connections)

    @property
    def messages(self) -> MessageBar:
        return self.window.messages

    def post(self, sentence: str) -> None:
        """Show something worth knowing for a while."""
        self.messages.post(Message(sentence, Tone.ACCENT))

    def show_fault(self) -> None:
        """Say that the app itself is at fault, with a button that opens the log."""
        self.messages.post(Message(FAULT, Tone.BAD, "Open the log", self.open_log, seconds=0))

    def open_log(self) -> None:
        """Open the log in the system's viewer for texts."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.folders.log)))

    def show_error(self, sentence: str) -> None:
        """Show what went wrong until the user closes the message."""
        self.messages.post(Message(sentence, Tone.BAD, seconds=0))
