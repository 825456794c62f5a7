"""The pane below the library: the queue, or the messages."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from kling_desktop.ui.messages.message_history import MessageHistory, MessageList
from kling_desktop.ui.queue.panel import QueuePanel
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import IconButton, Option, Segmented

QUEUE, MESSAGES = "queue", "messages"
_HEAD = 46


class BottomPane(QWidget):
    """Emits `close_requested` on its button or Esc; `shown_changed(name)` when the other one is shown."""

    close_requested = Signal()
    shown_changed = Signal(str)

    def __init__(self, theme: Theme, queue: QueuePanel, history: MessageHistory, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.queue = queue
        self.messages = MessageList(theme, history)
        self._choice = Segmented(theme, "Shown below", [Option(QUEUE, "Queue"), Option(MESSAGES, "Messages")])
        theme.fit(self._choice, lambda choice: choice.setFixedWidth(theme.px(184)))
        self._choice.chosen.connect(lambda name: self.show_page(str(name)))
        self._pages = QStackedWidget()
        self._pages.addWidget(queue)
        self._pages.addWidget(self.messages)
        close = IconButton(theme, "close", "Hide this pane", shortcut="Ctrl+J", side=24, plain=True)
        close.clicked.connect(self.close_requested)
        head = QHBoxLayout()
        head.setContentsMargins(SPACE.L, 6, SPACE.M, 6)
        head.setSpacing(SPACE.S)
        head.addWidget(self._choice)
        head.addStretch()
        head.addWidget(queue.buttons)
        head.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._pages, 1)
        theme.fit(self, lambda me: me.setMinimumHeight(theme.px(_HEAD + 2 * 52) + SPACE.S))
        self.show_page(QUEUE)

    @property
    def page(self) -> str:
        """Which of the two is shown."""
        return MESSAGES if self._pages.currentWidget() is self.messages else QUEUE

    def show_page(self, name: str) -> None:
        page = self.messages if name == MESSAGES else self.queue
        self._choice.show_chosen(MESSAGES if page is self.messages else QUEUE)
        self._pages.setCurrentWidget(page)
        self.queue.buttons.setVisible(page is self.queue)
        self.shown_changed.emit(self.page)

    def focus_page(self) -> None:
        page = self.messages if self.page == MESSAGES else self.queue.list
        page.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), tokens.pane)
