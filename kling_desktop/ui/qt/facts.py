"""Facts about Qt on this computer, for the diagnostics."""

from PySide6 import __version__ as pyside_version
from PySide6.QtCore import QLibraryInfo, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication


def qt_facts() -> dict[str, str]:
    """Return label and value. Call it on the main thread."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return {
        "Qt": f"{qVersion()}, PySide6 {pyside_version}, plug-ins in "
        f"{QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)}",
        "Window system": f"{QGuiApplication.platformName()}, style {app.style().name()}, "
        f"{QGuiApplication.styleHints().colorScheme().name.lower()}",
        "Screens": ", ".join(
            f"{screen.name()} {screen.size().width()}×{screen.size().height()} at {screen.devicePixelRatio():g}×"
            for screen in QGuiApplication.screens()
        ),
        "Font": app.font().toString().split(",")[0],
    }
