"""What is done to presets takes a moment and may fail: done beside the window, and said."""

import logging
from collections.abc import Coroutine
from typing import Any

from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.shell.main_window import MainWindow
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message

log = logging.getLogger(__name__)


class PresetTasks:
    """`do` what must be awaited, to its end even while the window closes; `tell` the user."""

    def __init__(self, window: MainWindow, tasks: Tasks) -> None:
        self._window = window
        self._tasks = tasks

    def do(self, work: Coroutine[Any, Any, object], name: str) -> None:
        self._tasks.spawn(self._guarded(work), name, to_the_end=True)

    def tell(self, sentence: str, tone: Tone) -> None:
        self._window.messages.show_now(Message(sentence, tone))

    async def _guarded(self, work: Coroutine[Any, Any, object]) -> None:
        try:
            await work
        except OSError as error:
            log.warning("the presets can't be written: %s", error)
            self.tell(f"The presets can't be written: {error.strerror or error}. The form is as it was.", Tone.BAD)
