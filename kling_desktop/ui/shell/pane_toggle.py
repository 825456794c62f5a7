"""Shows and hides the panes: by key, from the status bar, and when something in them should be seen."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from kling_desktop.ui.queue.row import QueueSection
from kling_desktop.ui.shell.bottom_pane import MESSAGES, QUEUE, BottomPane
from kling_desktop.ui.shell.layout import BELOW, FORM
from kling_desktop.ui.shell.panes import Panes
from kling_desktop.ui.shell.status_bar import StatusBar

_KEYS = {FORM: "Ctrl+B", QUEUE: "Ctrl+J", MESSAGES: "Ctrl+Shift+J"}


class PaneToggle(QObject):
    """lead_to_form focuses the form; middle gets the focus when the pane with the focus is hidden."""

    def __init__(
        self,
        window: QWidget,
        panes: Panes,
        below: BottomPane,
        status: StatusBar,
        lead_to_form: Callable[[], None],
        middle: Callable[[], QWidget],
    ) -> None:
        super().__init__(window)
        self._panes = panes
        self._below = below
        self._status = status
        self._lead_to_form = lead_to_form
        self._middle = middle
        panes.changed.connect(self._show)
        below.shown_changed.connect(lambda _name: self._show())
        below.close_requested.connect(lambda: self.switch(below.page))
        status.pane_requested.connect(self.switch)
        status.queue_section_requested.connect(self.show_queue)
        for name, keys in _KEYS.items():
            QShortcut(QKeySequence(keys), window).activated.connect(lambda name=name: self.switch(name))
        self._show()

    def show_queue(self, part: QueueSection | None = None) -> None:
        """Show the queue, at one of its sections."""
        self._below.show_page(QUEUE)
        self._panes.show_pane(BELOW)
        if part is None:
            self._below.focus_page()
        else:
            self._below.queue.show_section(part)

    def switch(self, name: str) -> None:
        """Hide the pane if it is shown; otherwise show it and give it the focus."""
        if name == FORM:
            self._panes.show_pane(FORM, not self._panes.shows(FORM))
            if self._panes.shows(FORM):
                self._lead_to_form()
        elif self._panes.shows(BELOW) and self._below.page == name:
            had_keyboard = self._below.isAncestorOf(QApplication.focusWidget() or self._middle())
            self._panes.show_pane(BELOW, False)
            if had_keyboard:
                self._middle().setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._below.show_page(name)
            self._panes.show_pane(BELOW)
            self._below.focus_page()

    def _show(self) -> None:
        self._status.show_pane(FORM, self._panes.shows(FORM))
        for name in (QUEUE, MESSAGES):
            self._status.show_pane(name, self._panes.shows(BELOW) and self._below.page == name)
