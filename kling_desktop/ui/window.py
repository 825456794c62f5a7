"""The window: the form on the left, the clips on the right, or one clip large, and the queue below."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QPoint, Qt, QTimer, Signal
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
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from kling_desktop.domain.job import Job
from kling_desktop.ui.below import Below
from kling_desktop.ui.composer.panel import ComposerPanel
from kling_desktop.ui.form_menu import FormMenu
from kling_desktop.ui.layout import FORM, Layout
from kling_desktop.ui.library.panel import LibraryPanel
from kling_desktop.ui.pane_switch import PaneSwitch
from kling_desktop.ui.panes import Panes
from kling_desktop.ui.queue.ordered_rows import QUEUE_MIME
from kling_desktop.ui.queue.rows import Group
from kling_desktop.ui.status_line import StatusLine
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.top_bar import TopBar
from kling_desktop.ui.undo_key import UndoKey
from kling_desktop.ui.widgets import MessageBar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kling_desktop.ui.requests import Requests
    from kling_desktop.ui.viewer.compare import Compare
    from kling_desktop.ui.viewer.viewer import Viewer

_DRAG_PAUSE_MS = 120
ROOM_BELOW_LOOK = 96
"""Px from the lower edge of the grid to the picture of the clip that is looked at."""


class Window(QWidget):
    """Puts the panels together and says what the user wants. `close_asked`: the owner shuts down, then closes."""

    close_asked = Signal()
    laid_out = Signal()
    """The window or a pane has another size, or a pane has come or gone: what `layout_now` says has changed."""
    clip_opened = Signal(object, object)
    """A viewer that has come, and the job whose clip it shows."""
    viewer_verb = Signal(str, str)
    frame_chosen = Signal(str, str, int)
    """A job's ID, the slot that is to take a frame of its clip, and the frame's number, 0 first."""
    frame_copied = Signal(str, int)
    """A job's ID and the number of the frame of its clip that is wanted on the clipboard."""
    viewer_culled = Signal(str, object)
    """As LibraryPanel.culled."""
    clip_undo_asked = Signal()
    """Ctrl+Z, while the keyboard is among the clips or in the one that is shown large."""
    neighbour_asked = Signal(int)
    """The clip before (-1) or after (1) the one that is shown large."""
    compare_asked = Signal(object)
    """With which take, is to be offered at this point of the screen."""

    def __init__(self, theme: Theme, composer: ComposerPanel, library: LibraryPanel, below: Below) -> None:
        super().__init__()
        self._theme = theme
        self._may_close = False
        self.composer = composer
        self.library = library
        self.below = below
        self.viewer: Viewer | Compare | None = None
        self.shown_alone: Viewer | None = None
        self._back_to: Job | None = None
        self._requests: Requests | None = None
        self.top = TopBar(theme)
        self.status = StatusLine(theme)
        self._stack = QStackedWidget()
        self._stack.addWidget(library)
        UndoKey(self._stack).pressed.connect(self.clip_undo_asked)
        self._panes = Panes(composer, self._stack, below)
        self._panes.changed.connect(self.laid_out)
        self._panes.moved.connect(self.laid_out)
        # The pointer over a slot, and on its way to the next, has left the window for Qt; the drag goes on.
        self._drag_over = QTimer(self, singleShot=True, interval=_DRAG_PAUSE_MS)
        self._drag_over.timeout.connect(self._end_drag)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget, stretch in ((self.top, 0), (self._panes, 1), (self.status, 0)):
            column.addWidget(widget, stretch)
        # The window's own child, made last: whatever comes and goes in the stack stays below it.
        self.messages = MessageBar(theme, self, over=self._stack)
        library.looking.connect(self._make_room_for_look)
        self.setWindowTitle("Kling Desktop")
        self.setMinimumSize(900, 600)
        composer.lead_to("prompt")
        self._switch = PaneSwitch(
            self, self._panes, below, self.status, lambda: composer.lead_to("prompt"), lambda: self.viewer or library
        )
        self.setAcceptDrops(True)
        self.resize(1440, 900)
        for keys, act in (
            ("Ctrl+F", self.find_clips),
            ("Ctrl+Shift+F", self.show_filters),
            ("F1", self.show_shortcuts),
            ("Shift+?", self.show_shortcuts),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(act)

    def show_shortcuts(self) -> None:
        """What the keys do."""
        from kling_desktop.ui.shortcut_sheet import ShortcutSheet  # for those who ask, not for the start

        sheet = ShortcutSheet(self._theme, self)
        sheet.finished.connect(sheet.deleteLater)
        sheet.open()

    def find_clips(self) -> None:
        """The keyboard into the line that clips are found by."""
        self.close_clip()
        self.library.finder.start()

    def show_filters(self) -> None:
        """All filters, at hand."""
        self.close_clip()
        self.library.finder.open_filters()

    def come_to_front(self) -> None:
        """To where the user looks."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def show_form_menu(self, menu: FormMenu) -> None:
        """Put the menu into the bar."""
        menu.shortcuts.triggered.connect(self.show_shortcuts)
        self.top.show_form_menu(menu)

    def take_requests(self, requests: "Requests") -> None:
        """A request that is dropped on the window goes there."""
        self._requests = requests

    def show_form(self) -> None:
        """For what fills it in: the form is seen, wherever it was."""
        self._panes.show_pane(FORM)

    def show_queue(self, part: Group | None = None) -> None:
        """The queue, at a part of it."""
        self._switch.show_queue(part)

    def open_clip(self, job: Job) -> None:
        """Show one clip large, in place of the grid."""
        from kling_desktop.ui.viewer.viewer import Viewer  # the decoder is for the first clip to pay, not the start

        viewer = Viewer(self._theme, job, prove=self.library.prove)
        viewer.verb_chosen.connect(self.viewer_verb)
        viewer.frame_chosen.connect(self.frame_chosen)
        viewer.frame_copied.connect(self.frame_copied)
        viewer.culled.connect(self.viewer_culled)
        viewer.noted.connect(self.library.noted)
        viewer.neighbour_asked.connect(self.neighbour_asked)
        viewer.compare_asked.connect(self.compare_asked)
        was_full = self.isFullScreen()
        self._show_large(viewer)
        self.shown_alone = viewer
        if was_full:
            self._show_alone(True)
        self.clip_opened.emit(viewer, job)

    def compare_clips(self, takes: "Sequence[Job]", back_to: Job | None = None) -> None:
        """Show two to four clips together, in place of the grid, or of the clip that one comes back to."""
        from kling_desktop.ui.viewer.compare import Compare

        self._show_large(Compare(self._theme, takes, prove=self.library.prove))
        self._back_to = back_to

    def _show_large(self, viewer: "Viewer | Compare") -> None:
        self.close_clip()
        self.viewer = viewer
        viewer.closed.connect(self._leave_clip)
        viewer.full_screen_asked.connect(self._switch_full_screen)
        self._stack.addWidget(viewer)
        self._stack.setCurrentWidget(viewer)
        viewer.setFocus(Qt.FocusReason.OtherFocusReason)
        self.messages.float_over(viewer.stage, viewer.room_below_messages)

    def close_clip(self) -> None:
        """Back to the grid."""
        if self.viewer is not None:
            self._show_alone(False)
            viewer, self.viewer = self.viewer, None
            self.shown_alone = self._back_to = None
            viewer.shut()
            self.messages.float_over(self._stack)
            self._stack.setCurrentWidget(self.library)
            self._stack.removeWidget(viewer)
            viewer.deleteLater()
            self.library.setFocus(Qt.FocusReason.OtherFocusReason)

    def _make_room_for_look(self, looking: bool) -> None:
        """A message stands above what is said below the clip that is looked at."""
        if looking:
            self.messages.float_over(self.library.grid, ROOM_BELOW_LOOK)
        elif self.viewer is None:
            self.messages.float_over(self._stack)

    def _leave_clip(self) -> None:
        """One step back: from the full screen, or to the grid."""
        if self.isFullScreen():
            self._show_alone(False)
        elif back_to := self._back_to:
            self.open_clip(back_to)
        else:
            self.close_clip()

    def _switch_full_screen(self) -> None:
        self._show_alone(not self.isFullScreen())

    def _show_alone(self, alone: bool) -> None:
        """The clip on the whole screen, or everything back in its place."""
        if self.viewer is None or alone == self.isFullScreen():
            return
        for beside in (self.top, self.status):
            beside.setVisible(not alone)
        self._panes.show_alone(alone)
        self.viewer.show_alone(alone)
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def layout_now(self) -> Layout:
        """The window's place and its panes, to come back after a restart."""
        return self._panes.layout_now(bytes(self.saveGeometry().toBase64().data()).decode())

    def restore_layout(self, layout: Layout) -> None:
        if layout.geometry:
            self.restoreGeometry(QByteArray.fromBase64(layout.geometry.encode()))
        self._fit_the_screen()
        self._panes.restore(layout)

    def _fit_the_screen(self) -> None:
        """All of it in sight, on a smaller screen than the last one, too."""
        room, least = self.screen().availableGeometry(), self.minimumSize()
        if room.width() < least.width() or room.height() < least.height():
            return
        place = self.geometry()
        place.setSize(place.size().boundedTo(room.size()))
        place.moveRight(min(place.right(), room.right()))
        place.moveBottom(min(place.bottom(), room.bottom()))
        place.moveTopLeft(QPoint(max(place.left(), room.left()), max(place.top(), room.top())))
        if place != self.geometry():
            self.setGeometry(place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.laid_out.emit()

    def close_for_good(self) -> None:
        self._may_close = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            event.accept()
        else:
            event.ignore()
            self.close_asked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # What has its own use for Esc, such as the viewer, has had it before it comes here.
        if event.key() == Qt.Key.Key_Escape and self.messages.message:
            self.messages.dismiss()
        elif event.key() == Qt.Key.Key_F11 and self.viewer:
            self._switch_full_screen()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(QUEUE_MIME):
            event.ignore()  # no slot takes it: none lights up, and none says why not
            return
        self._drag_over.stop()
        self.composer.drag_began(event.mimeData())
        event.accept()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        # Beside the slots, only a request is taken; a card let go of over the grid is none.
        if event.source() is None and self._requests and self._requests.understands(event.mimeData()):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self._drag_over.start()

    def _end_drag(self) -> None:
        if self.composer.dragged_over:
            self._drag_over.start()
        else:
            self.composer.drag_ended()

    def dropEvent(self, event: QDropEvent) -> None:
        self.composer.drag_ended()
        if event.source() is None and self._requests and self._requests.understands(event.mimeData()):
            self._requests.fill_in(event.mimeData())
            event.acceptProposedAction()
        else:
            event.ignore()
