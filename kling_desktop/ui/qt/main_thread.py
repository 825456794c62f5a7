"""What threads have to say, said on the thread of the window."""

from collections.abc import Callable
from types import MethodType
from typing import Any
from weakref import WeakMethod

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot
from shiboken6 import isValid


class _Post(QObject):
    """One for the whole application, and never gone before it."""

    came = Signal(object, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.came.connect(self._act)

    @Slot(object, object)
    def _act(self, whose: "WeakMethod[MethodType]", given: tuple[Any, ...]) -> None:
        act = whose()
        if act is not None and isValid(act.__self__):
            act(*given)


def on_main_thread(act: Callable[..., None]) -> Callable[..., None]:
    """A function for any thread, which returns at once: `act`, a method of a QObject, is called with the same on the
    window's thread, unless that object is gone by then.

    Nothing of Qt's is held by it. What a thread lets go of last is deleted there, and a QObject that is deleted while
    the window's thread deletes one it is connected to brings the app down. To be called on the window's thread.
    """
    assert isinstance(act, MethodType)
    post, whose = _post(), WeakMethod(act)
    return lambda *given: post.came.emit(whose, given)


def _post() -> _Post:
    app = QCoreApplication.instance()
    assert app is not None
    return app.findChild(_Post) or _Post(app)
