"""Hands and eyes for the whole window: real key presses, clicks and drops, and waiting on Qt's own loop."""

import asyncio
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QMessageLogContext,
    QMimeData,
    QPoint,
    Qt,
    QTimer,
    QtMsgType,
    QUrl,
    qInstallMessageHandler,
)
from PySide6.QtGui import (
    QDrag,
    QKeyEvent,
    QKeySequence,
    QWindow,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.support.drag_events import send_drag, send_drag_leave, send_drop

T = TypeVar("T")
W = TypeVar("W", bound=QWidget)

LEFT = Qt.MouseButton.LeftButton
NOTHING_HELD = Qt.KeyboardModifier.NoModifier
LOOK_EVERY_MS = 10
# The offscreen platform has no window manager to pass these on to.
HARMLESS = ("This plugin does not support propagateSizeHints", "This plugin does not support raise")


class WaitTimeout(AssertionError):
    """What was waited for did not come in time."""


async def wait_until(holds: Callable[[], object], what: str, seconds: float = 20.0) -> None:
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
                came.set_exception(WaitTimeout(f"{what} did not come within {seconds:g} seconds."))
        except Exception as error:  # noqa: BLE001 - raised where it is awaited
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


async def call_in_qt(deed: Callable[[], T]) -> T:
    """Do it as Qt does what a person's hand causes: from its loop, outside of every task.

    Inside of a task, whatever lets Qt process events (QTest does) would lose the wake-ups of other tasks.
    """
    done: asyncio.Future[T] = asyncio.get_running_loop().create_future()

    def act() -> None:
        try:
            done.set_result(deed())
        except Exception as error:  # noqa: BLE001 - raised where it is awaited
            done.set_exception(error)

    QTimer.singleShot(0, act)
    return await done


class UiDriver:
    """Everything is done to the widget that a person's pointer or keyboard would reach."""

    def __init__(self, window: QWidget) -> None:
        self.window = window

    # Eyes

    def find(self, kind: type[W], text: str = "", *, where: QWidget | None = None) -> W:
        """The one widget of that kind in sight whose words or accessible name are `text`."""
        found = self.find_all(kind, text, where=where)
        if len(found) != 1:
            raise AssertionError(f"{len(found)} of {kind.__name__} “{text}” are in sight, not one.")
        return found[0]

    def find_all(self, kind: type[W], text: str = "", *, where: QWidget | None = None) -> list[W]:
        inside = (where or self.window).findChildren(kind)
        return [widget for widget in inside if widget.isVisible() and (not text or text in _words_of(widget))]

    async def take_screenshot(self, path: Path) -> None:
        """A screenshot of the window, with what floats over it."""
        shot = await call_in_qt(self.window.grab)
        path.parent.mkdir(parents=True, exist_ok=True)
        if not shot.save(str(path)):
            raise AssertionError(f"{path} can't be written.")

    # Hands

    async def press(self, keys: str, *, on: QWidget | None = None) -> None:
        """A key with what is held beside it, such as "Ctrl+Return", to what has the keyboard."""
        key, held = _key(keys)
        await call_in_qt(lambda: QTest.keyClick(on or _focused(), key, held))

    async def hold(self, keys: str, repeats: int) -> None:
        """A key pressed and held until it has repeated itself so often."""
        key, held = _key(keys)
        for number in range(repeats + 1):
            event = QKeyEvent(QEvent.Type.KeyPress, key, held, "", number > 0)
            await call_in_qt(partial(_press_as_the_system_does, event))
        await call_in_qt(lambda: QTest.keyRelease(_focused(), key, held))

    async def type(self, text: str) -> None:
        """Letter by letter, wherever the keyboard leads."""
        for letter in text:
            await call_in_qt(partial(_type_letter, letter))

    async def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """A click that must reach this widget: nothing may lie over it."""
        # A person clicks on what is already laid out.
        await call_in_qt(lambda: QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value))
        spot = _spot(widget, at)
        top = widget.window().childAt(spot)
        if not widget.isEnabled() or top is None or not (top is widget or widget.isAncestorOf(top)):
            raise AssertionError(f"A click on “{_words_of(widget)}” would reach {top!r}.")
        await call_in_qt(lambda: QTest.mouseMove(_handle(widget), spot))
        await call_in_qt(lambda: QTest.mouseClick(_handle(widget), LEFT, NOTHING_HELD, spot))

    async def double_click(self, widget: QWidget) -> None:
        """As quick as a hand: press, release, press, release."""
        spot = _spot(widget)
        await call_in_qt(lambda: QTest.mouseDClick(_handle(widget), LEFT, NOTHING_HELD, spot))

    async def drag_by(self, widget: QWidget, by: QPoint) -> None:
        """Press on the widget, such as the handle between two panes, move the pointer, and let go."""
        start = _spot(widget)
        await call_in_qt(lambda: QTest.mousePress(_handle(widget), LEFT, NOTHING_HELD, start))
        await call_in_qt(lambda: QTest.mouseMove(_handle(widget), start + by))
        await call_in_qt(lambda: QTest.mouseRelease(_handle(widget), LEFT, NOTHING_HELD, start + by))

    async def drag_off(self, widget: QWidget, at: QPoint) -> QMimeData:
        """Press and pull until the widget starts a drag; what it gives along, to be dropped.

        Unseen, Qt's own drag ends at once, as nothing carries it on.
        """
        spot = _spot(widget, at)
        await call_in_qt(lambda: QTest.mousePress(_handle(widget), LEFT, NOTHING_HELD, spot))
        try:
            return await call_in_qt(lambda: self._pull(widget, at))
        finally:
            away = QPoint(self.window.width() - 2, self.window.height() // 2)
            await call_in_qt(lambda: QTest.mouseRelease(_handle(widget), LEFT, NOTHING_HELD, away))

    def _pull(self, widget: QWidget, at: QPoint) -> QMimeData:
        far = QApplication.startDragDistance() + 2
        for pulled in (1, far, far + 2):
            # To the widget itself and in one breath, or the drag that has ended is deleted before it is seen.
            QTest.mouseMove(widget, at + QPoint(pulled, pulled))
            if drags := self.window.findChildren(QDrag):
                return _copied(drags[-1].mimeData())
        raise AssertionError(f"Pulling at “{_words_of(widget)}” starts no drag.")

    async def drag_over(self, widget: QWidget, data: QMimeData) -> bool:
        """Drag into the window and onto a widget; whether it would take the drop."""
        await call_in_qt(lambda: send_drag(self.window, data, self._edge))
        await call_in_qt(lambda: send_drag_leave(self.window))
        return await call_in_qt(lambda: send_drag(widget, data))

    async def drag_away(self, widget: QWidget, data: QMimeData) -> None:
        """Off the widget and out of the window, without letting go."""
        await call_in_qt(lambda: send_drag_leave(widget))
        await call_in_qt(lambda: send_drag(self.window, data, self._edge))
        await call_in_qt(lambda: send_drag_leave(self.window))

    @property
    def _edge(self) -> QPoint:
        return QPoint(self.window.width() // 2, self.window.height() - 4)

    async def drop(self, widget: QWidget, data: QMimeData) -> None:
        """Drag into the window, onto a widget, and let go."""
        if not await self.drag_over(widget, data):
            raise AssertionError(f"“{_words_of(widget)}” takes no drop of {data.formats()}.")
        await call_in_qt(lambda: send_drop(widget, data))
        # The pointer is seen again where it let go, and goes on.
        spot = _spot(widget)
        await call_in_qt(lambda: QTest.mouseMove(_handle(widget), spot))
        await call_in_qt(lambda: QTest.mouseMove(_handle(widget), QPoint(self.window.width() // 2, 2)))


def file_mime(*paths: Path) -> QMimeData:
    """Files as a file manager hands them over."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


class WarningCollector(logging.Handler):
    """Whatever Qt or the log complain of while the window lives."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(f"{record.name}: {record.getMessage()}")

    def from_qt(self, kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) and not message.startswith(HARMLESS):
            self.messages.append(f"Qt: {message}")


@contextmanager
def collect_warnings(grumbles: WarningCollector) -> Iterator[None]:
    """Collect every warning of Qt's and of the log's, and every exception that nobody could catch."""
    unraisable = sys.unraisablehook
    sys.unraisablehook = lambda raised: grumbles.messages.append(f"{raised.err_msg}: {raised.exc_value!r}")
    before = qInstallMessageHandler(grumbles.from_qt)
    logging.getLogger().addHandler(grumbles)
    try:
        yield
    finally:
        sys.unraisablehook = unraisable
        logging.getLogger().removeHandler(grumbles)
        qInstallMessageHandler(before)


def _handle(widget: QWidget) -> QWindow:
    window = widget.window().windowHandle()
    if window is None:
        raise AssertionError(f"“{_words_of(widget)}” is not on the screen.")
    return window


def _spot(widget: QWidget, at: QPoint | None = None) -> QPoint:
    """In the window's own coordinates."""
    return widget.mapTo(widget.window(), widget.rect().center() if at is None else at)


def _copied(data: QMimeData) -> QMimeData:
    copy = QMimeData()
    for kind in data.formats():
        copy.setData(kind, data.data(kind))
    return copy


def _type_letter(letter: str) -> None:
    QTest.keyClicks(_focused(), letter)


def _press_as_the_system_does(event: QKeyEvent) -> None:
    """Shortcuts first, then the widget: QTest has no key that repeats itself."""
    override = QKeyEvent(QEvent.Type.ShortcutOverride, event.key(), event.modifiers(), "", event.isAutoRepeat())
    QApplication.sendEvent(_focused(), override)
    QApplication.sendEvent(_focused(), event)


def _key(keys: str) -> tuple[Qt.Key, Qt.KeyboardModifier]:
    combination = QKeySequence(keys)[0]  # type: ignore[index]
    return combination.key(), combination.keyboardModifiers()


def _focused() -> QWidget:
    widget = QApplication.focusWidget()
    if widget is None:
        raise AssertionError("Nothing has the keyboard.")
    return widget


def _words_of(widget: QWidget) -> str:
    text = getattr(widget, "text", None)
    return f"{widget.accessibleName()} {text() if callable(text) else ''}".strip()
