"""Work on presets that takes a moment and may fail: it runs beside the window, and the user hears of a failure."""

import logging
from collections.abc import Coroutine
from typing import Any

from kling_desktop.controllers.context import AppContext
from kling_desktop.domain.errors import os_error_reason
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message

log = logging.getLogger(__name__)


class PresetTasks:
    """Started work is finished even while the window closes."""

    def __init__(self, context: AppContext) -> None:
        self._context = context

    def start(self, work: Coroutine[Any, Any, object], name: str) -> None:
        self._context.tasks.spawn(self._guarded(work), name, to_the_end=True)

    def show(self, sentence: str, tone: Tone) -> None:
        """Answer a click."""
        self._context.messages.show_now(Message(sentence, tone))

    async def _guarded(self, work: Coroutine[Any, Any, object]) -> None:
        try:
            await work
        except OSError as error:
            log.warning("the presets can't be written: %s", error)
            reason = os_error_reason(error)
            self.show(f"The presets can't be saved: {reason}. The form hasn't changed.", Tone.BAD)
