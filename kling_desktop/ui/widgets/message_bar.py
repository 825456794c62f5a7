"""Messages that never block: one at a time, over the bottom of the window."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent
from PySide6.QtWidgets import QGraphicsDropShadowEffect, QHBoxLayout, QWidget

from ..theme import Theme, Tone
from .card import Card
from .icon_button import IconButton
from .label import label
from .led import Led
from .link_button import LinkButton


@dataclass(frozen=True, slots=True)
class Message:
    """What happened (`text`), perhaps with one thing to do about it. Stays for `seconds`; 0: until it is closed."""

    text: str
    tone: Tone = Tone.IDLE
    action: str = ""
    act: Callable[[], None] | None = None
    seconds: float = 6.0


_WORD = {
    Tone.OK: "Done",
    Tone.BUSY: "Working",
    Tone.BAD: "Problem",
    Tone.ODD: "Please look",
    Tone.IDLE: "",
    Tone.ACCENT: "Note",
}


class MessageBar(Card):
    """Floats over `parent`, 16 px above its lower edge.

    Messages queue; the pointer or the keyboard on it stops the clock.
    """

    shown = Signal(object)
    emptied = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, floating=True, parent=parent)
        self._queue: deque[Message] = deque()
        self._message: Message | None = None
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.timeout.connect(self.dismiss)
        self._over = parent
        self._led = Led(theme, Tone.IDLE, "", parent=self)
        self._words = label("", wraps=True, parent=self)
        self._action = LinkButton(theme, "", self)
        self._close = IconButton(theme, "close", "Close this message", shortcut="Esc", side=24, plain=True, parent=self)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(14, 10, 10, 10)
        row.setSpacing(12)
        row.addWidget(self._led, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._words, 1)
        row.addWidget(self._action)
        row.addWidget(self._close)
        self._action.clicked.connect(self._act)
        self._close.clicked.connect(self.dismiss)
        self._shadow = QGraphicsDropShadowEffect(self)
        self._shadow.setBlurRadius(28)
        self._shadow.setOffset(0, 8)
        self.setGraphicsEffect(self._shadow)
        theme.changed.connect(self._retint)
        self._retint()
        for watched in (parent, self._action, self._close):
            watched.installEventFilter(self)
        self.hide()

    @property
    def message(self) -> Message | None:
        """What is shown now."""
        return self._message

    def tell(self, message: Message) -> None:
        """Show `message` now, or after those that came before it. The same one twice in a row is said once."""
        last = self._queue[-1] if self._queue else self._message
        if message == last:
            return
        self._queue.append(message)
        if self._message is None:
            self._next()

    def dismiss(self) -> None:
        """On to the next message, or away."""
        self._clock.stop()
        self._message = None
        self._next()

    def _next(self) -> None:
        if not self._queue:
            self.hide()
            self.emptied.emit()
            return
        message = self._message = self._queue.popleft()
        self._led.show_state(message.tone, _WORD[message.tone])
        self._led.setVisible(bool(_WORD[message.tone]))
        self._words.setText(message.text)
        self._action.setText(message.action)
        self._action.setVisible(bool(message.action))
        self._action.updateGeometry()
        self.setAccessibleName(message.text)
        self._place()
        self.show()
        self.raise_()
        self._run()
        self.shown.emit(message)

    def _retint(self) -> None:
        self._shadow.setColor(self._theme.tokens.shadow)

    def _act(self) -> None:
        act = self._message.act if self._message else None
        self.dismiss()
        if act is not None:
            act()

    def _run(self) -> None:
        held = self.underMouse() or self._action.hasFocus() or self._close.hasFocus()
        if self._message is not None and self._message.seconds and not held:
            self._clock.start(int(self._message.seconds * 1000))

    def _place(self) -> None:
        around = self._over.rect()
        self._row.activate()
        one_line = self.fontMetrics().horizontalAdvance(self._words.text()) + 2
        natural = self._row.sizeHint().width() - self._words.sizeHint().width() + one_line
        width = min(max(natural, 280), 560, around.width() - 32)
        height = max(44, self._row.totalHeightForWidth(width))
        self.setGeometry((around.width() - width) // 2, around.height() - height - 16, width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._over:
            self._place()
        elif event.type() == QEvent.Type.FocusIn:
            self._clock.stop()
        elif event.type() == QEvent.Type.FocusOut:
            self._run()
        return False

    def enterEvent(self, _event: QEnterEvent) -> None:
        self._clock.stop()

    def leaveEvent(self, _event: QEvent) -> None:
        self._run()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)
