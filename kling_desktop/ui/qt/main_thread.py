"""Calls from threads, delivered on the main thread."""

from collections.abc import Callable
from types import MethodType
from typing import Any
from weakref import WeakMethod

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot
from shiboken6 import isValid


class _Post(QObject):
    """One for the whole application; it is never destroyed before it."""

    call_received = Signal(object, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.call_received.connect(self._act)

    @Slot(object, object)
    def _act(self, whose: "WeakMethod[MethodType]", given: tuple[Any, ...]) -> None:
        act = whose()
        if act is not None and isValid(act.__self__):
            act(*given)


def on_main_thread(act: Callable[..., None]) -> Callable[..., None]:
    """A function for any thread that returns at once: it calls `act`, a method of a QObject, with the same arguments on
    the main thread, unless that object is gone by then.

    It holds no Qt object. Whatever a thread releases last is destroyed there, and destroying a QObject while the main
    thread destroys one connected to it crashes the app. Call this on the main thread.
    """
    assert isinstance(act, MethodType)
    post, whose = _post(), WeakMethod(act)
    return lambda *given: post.call_received.emit(whose, given)


def _post() -> _Post:
    app = QCoreApplication.instance()
    assert app is not None
    return app.findChild(_Post) or _Post(app)
