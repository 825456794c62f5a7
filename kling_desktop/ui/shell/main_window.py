"""The main window: the form on the left, the library or a clip on the right, the queue below."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kling_desktop.identity import NAME
from kling_desktop.ui.composer.panel import ComposerPanel
from kling_desktop.ui.library.panel import LibraryPanel
from kling_desktop.ui.queue.reorderable_list import QUEUE_MIME
from kling_desktop.ui.queue.row import QueueSection
from kling_desktop.ui.shell.bottom_pane import BottomPane
from kling_desktop.ui.shell.content_area import ContentArea
from kling_desktop.ui.shell.form_menu import FormMenu
from kling_desktop.ui.shell.layout import FORM, Layout
from kling_desktop.ui.shell.pane_toggle import PaneToggle
from kling_desktop.ui.shell.panes import Panes
from kling_desktop.ui.shell.screen_fit import ScreenFit
from kling_desktop.ui.shell.status_bar import StatusBar
from kling_desktop.ui.shell.top_bar import TopBar
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets import MessageBar

if TYPE_CHECKING:
    from kling_desktop.ui.shell.request_drop import RequestDrop

_SIZE = QSize(1440, 900)
_DRAG_PAUSE_MS = 120


class MainWindow(QWidget):
    """Assembles the panels. Emits `close_requested`: the owner shuts down, then closes it."""

    close_requested = Signal()
    layout_changed = Signal()
    """The window or a pane was resized, or a pane was shown or hidden: `layout_now` has changed."""

    def __init__(self, theme: Theme, composer: ComposerPanel, library: LibraryPanel, below: BottomPane) -> None:
        super().__init__()
        self._theme = theme
        self._may_close = self._is_in_sandbox = False
        self._preset = ""
        self.composer = composer
        self.library = library
        self.below = below
        self._requests: RequestDrop | None = None
        self.top = TopBar(theme)
        self.status = StatusBar(theme)
        self.middle = ContentArea(theme, library)
        self.middle.full_screen_requested.connect(self._show_alone)
        self._panes = Panes(composer, self.middle, below)
        self._panes.changed.connect(self.layout_changed)
        self._panes.moved.connect(self.layout_changed)
        # Over a slot, and on the way to the next, the pointer has left the window for Qt; the drag goes on.
        self._drag_over = QTimer(self, singleShot=True)
        self._drag_over.setInterval(_DRAG_PAUSE_MS)
        self._drag_over.timeout.connect(self._end_drag)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget, stretch in ((self.top, 0), (self._panes, 1), (self.status, 0)):
            column.addWidget(widget, stretch)
        # The window's own child, made last: whatever comes and goes in the middle stays below it.
        self.messages = MessageBar(theme, self, over=self.middle)
        self.middle.changed.connect(lambda: self.messages.float_over(*self.middle.below_messages))
        self.middle.changed.connect(self._show_title)
        self._show_title()
        self._fit = ScreenFit(self, _SIZE)
        composer.focus_control("prompt")
        self._switch = PaneToggle(
            *(self, self._panes, below, self.status),
            lambda: composer.focus_control("prompt"),
            lambda: self.middle.viewer or library.grid,
        )
        self.setAcceptDrops(True)
        for keys, act in (
            ("Ctrl+F", self.find_clips),
            ("Ctrl+Shift+F", self.show_filters),
            ("F1", self.show_shortcuts),
            ("Shift+?", self.show_shortcuts),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(act)

    def show_preset_name(self, name: str) -> None:
        """Name the window after the preset that the form started with."""
        self._preset = name
        self._show_title()

    def show_sandbox(self, on: bool) -> None:
        """Mark the window as working in the sandbox, or no longer."""
        self.top.show_sandbox(on)
        self._is_in_sandbox = on
        self._show_title()

    def _show_title(self) -> None:
        """What is open, then the app: the first words are what a task bar has room for."""
        opened = self.middle.title or self._preset
        if self._is_in_sandbox:
            opened = f"{opened} (sandbox)" if opened else "Sandbox"
        self.setWindowTitle(f"{opened} — {NAME}" if opened else NAME)

    def show_shortcuts(self) -> None:
        """Show the shortcuts."""
        from kling_desktop.ui.shell.shortcut_dialog import ShortcutDialog  # loaded on demand, not at start-up

        sheet = ShortcutDialog(self._theme, self)
        sheet.finished.connect(sheet.deleteLater)
        sheet.open()

    def find_clips(self) -> None:
        """Focus the search field."""
        self.middle.close_clip()
        self.library.search.start()

    def show_filters(self) -> None:
        """Open the filters."""
        self.middle.close_clip()
        self.library.search.open_filters()

    def come_to_front(self) -> None:
        """Bring the window to the front."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def show_form_menu(self, menu: FormMenu) -> None:
        """Put the menu into the top bar."""
        menu.shortcuts.triggered.connect(self.show_shortcuts)
        self.top.show_form_menu(menu)

    def take_requests(self, requests: "RequestDrop") -> None:
        """Send requests dropped on the window there."""
        self._requests = requests
        self.composer.media_input.request_offered.connect(requests.fill)

    def show_form(self) -> None:
        """Show the form, even if it was hidden."""
        self._panes.show_pane(FORM)

    def show_queue(self, part: QueueSection | None = None) -> None:
        """Show the queue, at one of its sections."""
        self._switch.show_queue(part)

    def _show_alone(self, alone: bool) -> None:
        """Show the clip in full screen, or everything again."""
        viewer = self.middle.viewer
        if viewer is None or alone == self.isFullScreen():
            return
        for beside in (self.top, self.status):
            beside.setVisible(not alone)
        self._panes.show_alone(alone)
        viewer.show_alone(alone)
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def layout_now(self) -> Layout:
        """The window's position and panes, to restore after a restart."""
        return self._panes.layout_now(bytes(self.saveGeometry().toBase64().data()).decode())

    def restore_layout(self, layout: Layout) -> None:
        if layout.geometry and self.restoreGeometry(QByteArray.fromBase64(layout.geometry.encode())):
            self._fit.fit_place()
        else:
            self._fit.fit_size()
        self._panes.restore(layout)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self._fit.check_frame()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.layout_changed.emit()

    def close_for_good(self) -> None:
        self._may_close = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            event.accept()
        else:
            event.ignore()
            self.close_requested.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Whatever uses Esc itself, such as the viewer, has had it before it gets here.
        if event.key() == Qt.Key.Key_Escape and self.messages.message:
            self.messages.dismiss()
        elif event.key() == Qt.Key.Key_F11 and self.middle.viewer:
            self.middle.switch_full_screen()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(QUEUE_MIME):
            event.ignore()  # no slot would take it: none lights up, and none says why not
            return
        self._drag_over.stop()
        self.composer.start_drag(event.mimeData())
        event.accept()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        # Outside the slots only requests are accepted; a card dropped on the grid isn't one.
        if event.source() is None and self._requests and self._requests.can_read(event.mimeData()):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self._drag_over.start()

    def _end_drag(self) -> None:
        if self.composer.is_drag_over:
            self._drag_over.start()
        else:
            self.composer.end_drag()

    def dropEvent(self, event: QDropEvent) -> None:
        self.composer.end_drag()
        if event.source() is None and self._requests and self._requests.can_read(event.mimeData()):
            self._requests.fill(event.mimeData())
            event.acceptProposedAction()
        else:
            event.ignore()
