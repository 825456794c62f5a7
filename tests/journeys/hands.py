"""Hands and eyes for the whole window: real key presses, clicks and drops, and waiting on Qt's own loop."""

import asyncio
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import (
    QEvent,
    QMessageLogContext,
    QMimeData,
    QPoint,
    QPointF,
    Qt,
    QTimer,
    QtMsgType,
    QUrl,
    qInstallMessageHandler,
)
from PySide6.QtGui import QDrag, QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

T = TypeVar("T")
W = TypeVar("W", bound=QWidget)

LEFT = Qt.MouseButton.LeftButton
NOTHING_HELD = Qt.KeyboardModifier.NoModifier
LOOK_EVERY_MS = 10
# The offscreen platform has no window manager to pass these on to.
HARMLESS = ("This plugin does not support propagateSizeHints", "This plugin does not support raise")


class NeverCame(AssertionError):
    """What was waited for did not come in time."""


async def until(holds: Callable[[], object], what: str, seconds: float = 20.0) -> None:
    """Let the window live until `holds`; NeverCame, naming `what`, when that takes longer than so many seconds."""
    loop = asyncio.get_running_loop()
    came: asyncio.Future[None] = loop.create_future()
    deadline = loop.time() + seconds

    def look() -> None:
        if came.done():
            return
        try:
            if holds():
                came.set_result(None)
            elif loop.time() > deadline:
                came.set_exception(NeverCame(f"{what} did not come within {seconds:g} seconds."))
        except Exception as error:
            came.set_exception(error)

    ticks = QTimer()
    ticks.setInterval(LOOK_EVERY_MS)
    ticks.timeout.connect(look)
    ticks.start()
    try:
        look()
        await came
    finally:
        ticks.stop()


async def by_qt(deed: Callable[[], T]) -> T:
    """Do it as Qt does what a person's hand causes: from its loop, outside of every task.

    Inside of a task, whatever lets Qt process events (QTest does) would lose the wake-ups of other tasks.
    """
    done: asyncio.Future[T] = asyncio.get_running_loop().create_future()

    def act() -> None:
        try:
            done.set_result(deed())
        except Exception as error:
            done.set_exception(error)

    QTimer.singleShot(0, act)
    return await done


class Hands:
    """Everything is done to the widget that a person's pointer or keyboard would reach."""

    def __init__(self, window: QWidget) -> None:
        self.window = window

    # Eyes

    def see(self, kind: type[W], text: str = "", *, where: QWidget | None = None) -> W:
        """The one widget of that kind in sight whose words or accessible name are `text`."""
        found = self.all(kind, text, where=where)
        if len(found) != 1:
            raise AssertionError(f"{len(found)} of {kind.__name__} “{text}” are in sight, not one.")
        return found[0]

    def all(self, kind: type[W], text: str = "", *, where: QWidget | None = None) -> list[W]:
        inside = (where or self.window).findChildren(kind)
        return [widget for widget in inside if widget.isVisible() and (not text or text in _words_of(widget))]

    async def picture(self, path: Path) -> None:
        """A screenshot of the window, with what floats over it."""
        shot = await by_qt(self.window.grab)
        path.parent.mkdir(parents=True, exist_ok=True)
        if not shot.save(str(path)):
            raise AssertionError(f"{path} can't be written.")

    # Hands

    async def press(self, keys: str, *, on: QWidget | None = None) -> None:
        """A key with what is held beside it, such as "Ctrl+Return", to what has the keyboard."""
        combination = QKeySequence(keys)[0]
        key, held = combination.key(), combination.keyboardModifiers()
        await by_qt(lambda: QTest.keyClick(on or _focused(), key, held))

    async def hold(self, keys: str, repeats: int) -> None:
        """A key pressed and held until it has repeated itself so often."""
        combination = QKeySequence(keys)[0]
        key, held = combination.key(), combination.keyboardModifiers()
        for number in range(repeats + 1):
            event = QKeyEvent(QEvent.Type.KeyPress, key, held, "", number > 0)
            await by_qt(lambda event=event: _press_as_the_system_does(event))
        await by_qt(lambda: QTest.keyRelease(_focused(), key, held))

    async def type(self, text: str) -> None:
        """Letter by letter, wherever the keyboard leads."""
        for letter in text:
            await by_qt(lambda letter=letter: QTest.keyClicks(_focused(), letter))

    async def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """A click that must reach this widget: nothing may lie over it."""
        at = widget.rect().center() if at is None else at
        top = widget.window().childAt(widget.mapTo(widget.window(), at))
        if not widget.isEnabled() or top is None or not (top is widget or widget.isAncestorOf(top)):
            raise AssertionError(f"A click on “{_words_of(widget)}” would reach {top!r}.")
        await by_qt(lambda: QTest.mouseMove(widget, at))
        await by_qt(lambda: QTest.mouseClick(widget, LEFT, NOTHING_HELD, at))

    async def double_click(self, widget: QWidget) -> None:
        """Two clicks as one: press, release, the double click's own press, release."""
        await self.click(widget)
        await by_qt(lambda: QTest.mouseDClick(widget, LEFT))

    async def drag_off(self, widget: QWidget, at: QPoint) -> QMimeData:
        """Press and pull until the widget starts a drag; what it gives along, to be dropped.

        Unseen, Qt's own drag ends at once, as nothing carries it on.
        """
        await by_qt(lambda: QTest.mousePress(widget, LEFT, NOTHING_HELD, at))
        return await by_qt(lambda: self._pull(widget, at))

    def _pull(self, widget: QWidget, at: QPoint) -> QMimeData:
        far = QApplication.startDragDistance() + 2
        for pulled in (1, far, far + 2):
            QTest.mouseMove(widget, at + QPoint(pulled, pulled))
            # In the same breath: Qt deletes a drag that has ended.
            if drags := self.window.findChildren(QDrag):
                return _copied(drags[-1].mimeData())
        raise AssertionError(f"Pulling at “{_words_of(widget)}” starts no drag.")

    async def drag_over(self, widget: QWidget, data: QMimeData) -> bool:
        """Drag into the window and onto a widget; whether it would take the drop."""
        at = (Qt.DropAction.CopyAction, data, LEFT, NOTHING_HELD)
        edge, centre = QPoint(self.window.width() // 2, self.window.height() - 4), widget.rect().center()
        await self._send(self.window, QDragEnterEvent(edge, *at))
        await self._send(self.window, QDragMoveEvent(edge, *at))
        await self.drag_away(self.window)
        entered = await self._send(widget, QDragEnterEvent(centre, *at))
        return entered and await self._send(widget, QDragMoveEvent(centre, *at))

    async def drag_away(self, widget: QWidget) -> None:
        await self._send(widget, QDragLeaveEvent())

    async def drop(self, widget: QWidget, data: QMimeData) -> None:
        """Drag into the window, onto a widget, and let go."""
        if not await self.drag_over(widget, data):
            raise AssertionError(f"“{_words_of(widget)}” takes no drop of {data.formats()}.")
        at = QPointF(widget.rect().center())
        await self._send(widget, QDropEvent(at, Qt.DropAction.CopyAction, data, LEFT, NOTHING_HELD))

    async def _send(self, widget: QWidget, event: QEvent) -> bool:
        await by_qt(lambda: QApplication.sendEvent(widget, event))
        return event.isAccepted()


def files(*paths: Path) -> QMimeData:
    """Files as a file manager hands them over."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


class Grumbles(logging.Handler):
    """Whatever Qt or the log complain of while the window lives."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(f"{record.name}: {record.getMessage()}")

    def from_qt(self, kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) and not message.startswith(HARMLESS):
            self.heard.append(f"Qt: {message}")


@contextmanager
def listening(grumbles: Grumbles) -> Iterator[None]:
    """Collect every warning of Qt's and of the log's, and every exception that nobody could catch."""
    unraisable = sys.unraisablehook
    sys.unraisablehook = lambda raised: grumbles.heard.append(f"{raised.err_msg}: {raised.exc_value!r}")
    before = qInstallMessageHandler(grumbles.from_qt)
    logging.getLogger().addHandler(grumbles)
    try:
        yield
    finally:
        sys.unraisablehook = unraisable
        logging.getLogger().removeHandler(grumbles)
        qInstallMessageHandler(before)


def _copied(data: QMimeData) -> QMimeData:
    copy = QMimeData()
    for kind in data.formats():
        copy.setData(kind, data.data(kind))
    return copy


def _press_as_the_system_does(event: QKeyEvent) -> None:
    """Shortcuts first, then the widget: QTest has no key that repeats itself."""
    override = QKeyEvent(QEvent.Type.ShortcutOverride, event.key(), event.modifiers(), "", event.isAutoRepeat())
    QApplication.sendEvent(_focused(), override)
    QApplication.sendEvent(_focused(), event)


def _focused() -> QWidget:
    widget = QApplication.focusWidget()
    if widget is None:
        raise AssertionError("Nothing has the keyboard.")
    return widget


def _words_of(widget: QWidget) -> str:
    text = getattr(widget, "text", None)
    return f"{widget.accessibleName()} {text() if callable(text) else ''}".strip()
