"""Messages that never block: one at a time, floating over what they are about."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent
from PySide6.QtWidgets import QGraphicsDropShadowEffect, QHBoxLayout, QVBoxLayout, QWidget

from kling_desktop.ui.theme import SPACE, Theme, Tone
from kling_desktop.ui.widgets.card import CardFrame
from kling_desktop.ui.widgets.icon_button import IconButton
from kling_desktop.ui.widgets.label import label
from kling_desktop.ui.widgets.link_button import LinkButton
from kling_desktop.ui.widgets.status_dot import StatusDot


@dataclass(frozen=True, slots=True)
class Message:
    """What happened (`text`), perhaps with one action. Stays for `seconds`; 0: until it is closed.

    word: a heading instead of the tone's own word. caption: secondary text below, such as a quotation.
    """

    text: str
    tone: Tone = Tone.IDLE
    action: str = ""
    act: Callable[[], None] | None = None
    seconds: float = 6.0
    word: str = ""
    caption: str = ""


UNDO = "Undo"
"""The action that undoes what the message reports; Ctrl+Z in the library does the same."""
_LINE = 24
_ROOMY = 480
"""The minimum width, px, for the heading to stand beside the text; otherwise it stands above."""
WORDS: Mapping[Tone, str] = {
    Tone.OK: "Done",
    Tone.BUSY: "Working",
    Tone.BAD: "Problem",
    Tone.ODD: "Please check",
    Tone.IDLE: "",
    Tone.ACCENT: "Note",
}


class MessageBar(CardFrame):
    """Floats over the bottom edge of `over`, by default its parent, above everything else in the parent.

    Posted messages queue; an answer to a click is shown at once. The pointer or the focus on it stops the clock.
    """

    shown = Signal(object)
    posted = Signal(object)
    """Each message once, whether or not it had to wait."""
    emptied = Signal()

    def __init__(self, theme: Theme, parent: QWidget, over: QWidget | None = None) -> None:
        super().__init__(theme, floating=True, parent=parent)
        self._queue: deque[Message] = deque()
        self._message: Message | None = None
        self._answers = False
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.timeout.connect(self.dismiss)
        self._over = over or parent
        self._gap: int = SPACE.L
        self._led = StatusDot(theme, Tone.IDLE, "", parent=self)
        self._heading = StatusDot(theme, Tone.IDLE, "", parent=self)
        self._words = label("", wraps=True, parent=self)
        self._caption = label("", "caption", wraps=True, parent=self)
        # As high as the close button, so that it is aligned with the first line.
        theme.fit(self._led, lambda led: led.setFixedHeight(theme.px(_LINE)))
        said = QVBoxLayout()
        said.setContentsMargins(0, 3, 0, 3)
        said.setSpacing(SPACE.XS)
        for part in (self._heading, self._words, self._caption):
            said.addWidget(part)
        self._action = LinkButton(theme, "", self)
        self._close = IconButton(
            theme, "close", "Close this message", shortcut="Esc", side=_LINE, plain=True, parent=self
        )
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(14, 10, 10, 10)
        row.setSpacing(12)
        row.addWidget(self._led, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(said, 1)
        row.addWidget(self._action)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self._action.clicked.connect(self.act)
        self._close.clicked.connect(self.dismiss)
        self._shadow = QGraphicsDropShadowEffect(self)
        self._shadow.setBlurRadius(28)
        self._shadow.setOffset(0, 8)
        self.setGraphicsEffect(self._shadow)
        theme.changed.connect(self._retint)
        self._retint()
        for watched in (self._over, self._action, self._close):
            watched.installEventFilter(self)
        self.hide()

    @property
    def message(self) -> Message | None:
        """The message shown now."""
        return self._message

    def post(self, message: Message) -> None:
        """Show `message` now, or after those posted before it; a problem before all that is none, now shown or not.

        The same one twice in a row is shown once, and so is a problem that was not closed yet.
        """
        before, after = self._queued(message)
        last = before[-1] if before else self._message
        if message == last or (message.tone is Tone.BAD and message in (self._message, *before)):
            return
        self.posted.emit(message)
        if self._message is None or (not before and self._is_outranked_by(message)):
            if self._message is not None:
                after.insert(0, self._message)
            self._queue = deque(after)
            self._clock.stop()
            self._show(message, answers=False)
        else:
            self._queue = deque([*before, message, *after])

    def _queued(self, message: Message) -> tuple[list[Message], list[Message]]:
        """Those that come before `message`, and those that come after it."""
        waiting = list(self._queue)
        if message.tone is not Tone.BAD:
            return waiting, []
        return [one for one in waiting if one.tone is Tone.BAD], [one for one in waiting if one.tone is not Tone.BAD]

    def _is_outranked_by(self, message: Message) -> bool:
        """Whether `message` takes the place of the one that is shown: not under the pointer, where a click may come."""
        shown = self._message
        return shown is not None and message.tone is Tone.BAD and shown.tone is not Tone.BAD and not self._is_held

    def show_now(self, message: Message) -> None:
        """Show `message` at once, since a click asked for it.

        A posted message waiting to be closed comes back afterwards; the answer to an earlier click does not.
        """
        if self._message is not None and not self._message.seconds and not self._answers:
            self._queue.appendleft(self._message)
        self._clock.stop()
        self.posted.emit(message)
        self._show(message, answers=True)

    def float_over(self, area: QWidget, gap: int = SPACE.L) -> None:
        """Float in the middle of `area`, a part of the parent, `gap` px above its bottom edge, wherever that moves."""
        self._over.removeEventFilter(self)
        self._over, self._gap = area, gap
        area.installEventFilter(self)
        self._place()
        self.raise_()

    def dismiss(self) -> None:
        """Show the next message, or hide."""
        self._clock.stop()
        self._message = None
        self._next()

    def act(self) -> None:
        """Perform the action of the message, as a click does."""
        act = self._message.act if self._message else None
        self.dismiss()
        if act is not None:
            act()

    def withdraw(self, message: Message) -> None:
        """Remove it: it isn't true any more."""
        if message in self._queue:
            self._queue.remove(message)
        if self._message is message:
            self.dismiss()

    def drop_actions(self) -> None:
        """Remove messages with an action: what it would act on is gone."""
        self._queue = deque(message for message in self._queue if message.act is None)
        if self._message is not None and self._message.act is not None:
            self.dismiss()

    def _next(self) -> None:
        if not self._queue:
            self.hide()
            self.emptied.emit()
            return
        self._show(self._queue.popleft(), answers=False)

    def _show(self, message: Message, *, answers: bool) -> None:
        self._message, self._answers = message, answers
        for led in (self._led, self._heading):
            led.show_state(message.tone, message.word or WORDS[message.tone])
        self._words.setText(message.text)
        self._caption.setText(message.caption)
        self._caption.setVisible(bool(message.caption))
        self._action.setText(message.action)
        self._action.setVisible(bool(message.action))
        self._action.updateGeometry()
        self.setAccessibleName(". ".join(part for part in (message.word, message.text, message.caption) if part))
        self._place()
        self.show()
        self.raise_()
        self._run()
        self.shown.emit(message)

    def _retint(self) -> None:
        self._shadow.setColor(self._theme.tokens.shadow)

    @property
    def _is_held(self) -> bool:
        return self.underMouse() or self._action.hasFocus() or self._close.hasFocus()

    def _run(self) -> None:
        if self._message is not None and self._message.seconds and not self._is_held:
            self._clock.start(int(self._message.seconds * 1000))

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is None:
            return
        corner, around = self._over.mapTo(parent, QPoint()), self._over.size()
        above = around.width() < self._theme.px(_ROOMY) or bool(self._message and self._message.word)
        self._led.setVisible(not above and bool(self._led.text()))
        self._heading.setVisible(above and bool(self._led.text()))
        self._row.activate()
        lines = (line for part in (self._words, self._caption) for line in part.text().split("\n"))
        one_line = max(self.fontMetrics().horizontalAdvance(line) + 2 for line in lines)
        natural = self._row.sizeHint().width() - self._words.sizeHint().width() + one_line
        width = min(max(natural, 280), self._theme.px(560), around.width() - 2 * SPACE.L)
        height = max(44, self._row.totalHeightForWidth(width))
        left, bottom = corner.x() + (around.width() - width) // 2, corner.y() + around.height() - self._gap
        self.setGeometry(left, bottom - height, width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over:
            if event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
                self._place()
        elif event.type() == QEvent.Type.FocusIn:
            self._clock.stop()
        elif event.type() == QEvent.Type.FocusOut:
            self._run()
        elif event.type() == QEvent.Type.MouseButtonDblClick or (isinstance(event, QKeyEvent) and event.isAutoRepeat()):
            return True  # the click was meant for the message that is gone, not for the next one
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
