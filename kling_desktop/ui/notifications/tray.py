"""Notifications through the icon in the tray: Windows and macOS."""

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSystemTrayIcon

from kling_desktop.ui.notifications.notifier import Notifier


class TrayNotifier(Notifier):
    """A click means the latest notification, since the tray doesn't say which. The icon appears with the first one."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._icon: QSystemTrayIcon | None = None
        self._latest = ""

    def notify(self, name: str, title: str, text: str, _picture: Path | None = None) -> None:
        if self._icon is None:
            if not QSystemTrayIcon.isSystemTrayAvailable():
                return
            self._icon = QSystemTrayIcon(QGuiApplication.windowIcon(), self)
            self._icon.setToolTip("Kling Desktop")
            self._icon.messageClicked.connect(lambda: self.chosen.emit(self._latest))
            self._icon.show()
        self._latest = name
        self._icon.showMessage(title, text)

    def close(self) -> None:
        if self._icon is not None:
            self._icon.hide()
