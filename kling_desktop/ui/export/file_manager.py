"""Shows a file in the system's file manager, selected in its folder."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QDir, QProcess, QUrl
from PySide6.QtGui import QDesktopServices

if TYPE_CHECKING:
    from PySide6.QtDBus import QDBusPendingCallWatcher

_MANAGER = "org.freedesktop.FileManager1"
_PATIENCE_MS = 3000


def show_in_folder(file: Path) -> None:
    """Select the file in its folder; where the system can't, open the folder."""
    if sys.platform == "win32":
        QProcess.startDetached("explorer.exe", ["/select,", QDir.toNativeSeparators(str(file))])
    elif sys.platform == "darwin":
        QProcess.startDetached("open", ["-R", str(file)])
    elif not _ask_file_manager(file):
        _open_folder(file)


def _ask_file_manager(file: Path) -> bool:
    """Whether there is one to ask. If it doesn't answer, the folder is opened."""
    from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher  # loaded when it is needed

    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        return False
    asked = QDBusMessage.createMethodCall(_MANAGER, "/org/freedesktop/FileManager1", _MANAGER, "ShowItems")
    asked.setArguments([[bytes(QUrl.fromLocalFile(str(file)).toEncoded().data()).decode()], ""])
    watcher = QDBusPendingCallWatcher(bus.asyncCall(asked, _PATIENCE_MS), QCoreApplication.instance())
    watcher.finished.connect(lambda done: _answered(file, done))
    return True


def _answered(file: Path, watcher: "QDBusPendingCallWatcher") -> None:
    if watcher.isError():
        _open_folder(file)
    watcher.deleteLater()


def _open_folder(file: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(file.parent)))
