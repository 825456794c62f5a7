"""About the app: its version, what is new, the licences of what it contains, and where its files lie."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from kling_desktop.ui.qt.icons import app_mark
from kling_desktop.ui.shell.diagnostics_page import DiagnosticsPage
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import Button, Option, Segmented, label
from kling_desktop.ui.widgets.dialog import Dialog

_SIZE = (560, 520)
_MARK = 64
_NEWS, _LICENCES, _FOLDERS, _DIAGNOSTICS = "news", "licences", "folders", "diagnostics"
_PAGES = [
    Option(_NEWS, "What's new"),
    Option(_LICENCES, "Licences"),
    Option(_FOLDERS, "Folders"),
    Option(_DIAGNOSTICS, "Diagnostics"),
]


class AboutDialog(Dialog):
    """Shown with open().

    Args:
        theme: The look.
        parent: The window.
        version: Of the app.
        news: What changed in it, as Markdown.
        licences: Of the app and its parts, as Markdown.
        folders: What lies where.
    """

    def __init__(
        self,
        theme: Theme,
        parent: QWidget,
        version: str,
        news: str,
        licences: str,
        folders: Sequence[tuple[str, Path]],
    ) -> None:
        super().__init__(theme, parent, "About", width=_SIZE[0], height=_SIZE[1])
        self.pages = Segmented(theme, "About the app", _PAGES)
        self._stack = QStackedWidget()
        self._names = [str(option.value) for option in _PAGES]
        self.diagnostics = DiagnosticsPage(theme)
        for page in (_text(news), _text(licences), self._folders(folders), self.diagnostics):
            self._stack.addWidget(page)
        name = QVBoxLayout()
        name.setSpacing(2)
        name.addStretch()
        name.addWidget(label("Kling Desktop", "empty"))
        name.addWidget(label(f"Version {version}", "secondary"))
        name.addStretch()
        top = QHBoxLayout()
        top.setSpacing(SPACE.L)
        top.addWidget(_Mark(theme))
        top.addLayout(name, 1)
        self.body.addLayout(top)
        self.body.addSpacing(SPACE.S)
        self.body.addWidget(self.pages)
        self.body.addWidget(self._stack, 1)
        self.pages.chosen.connect(self._show_page)
        self._show_page(_NEWS)
        self.pages.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_diagnostics(self) -> None:
        """Turn to the diagnostics."""
        self._show_page(_DIAGNOSTICS)

    def _show_page(self, name: object) -> None:
        self.pages.show_chosen(name)
        self._stack.setCurrentIndex(self._names.index(str(name)))

    def _folders(self, folders: Sequence[tuple[str, Path]]) -> QWidget:
        page = QWidget()
        rows = QGridLayout(page)
        rows.setContentsMargins(0, SPACE.S, 0, 0)
        rows.setHorizontalSpacing(SPACE.M)
        rows.setVerticalSpacing(SPACE.M)
        rows.setColumnStretch(1, 1)
        for row, (what, folder) in enumerate(folders):
            place = label(str(folder), "secondary", wraps=True)
            place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            show = Button(self._theme, "Open", icon="folder")
            show.setAccessibleName(f"Open the folder: {what}")
            show.clicked.connect(lambda _=False, to=folder: QDesktopServices.openUrl(QUrl.fromLocalFile(str(to))))
            rows.addWidget(label(what), row, 0, Qt.AlignmentFlag.AlignTop)
            rows.addWidget(place, row, 1)
            rows.addWidget(show, row, 2, Qt.AlignmentFlag.AlignTop)
        rows.setRowStretch(len(folders), 1)
        return page


class _Mark(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        return QSize(_MARK, _MARK)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, app_mark(_MARK, self.devicePixelRatioF()))


def _text(markdown: str) -> QScrollArea:
    words = QLabel()
    words.setTextFormat(Qt.TextFormat.MarkdownText)
    words.setText(markdown)
    words.setWordWrap(True)
    words.setAlignment(Qt.AlignmentFlag.AlignTop)
    words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    words.setContentsMargins(0, SPACE.S, SPACE.M, SPACE.S)
    words.setObjectName("page")
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(words)
    return area
