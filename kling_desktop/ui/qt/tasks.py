"""Tasks started by clicks: owned here, ended here."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from kling_desktop.domain.errors import KlingError

log = logging.getLogger(__name__)


class Tasks:
    """The window's tasks.

    Args:
        complain: Shows a sentence that says what went wrong in one of them.
        report_fault: Says that the app itself is at fault; the log has the details.
    """

    def __init__(self, complain: Callable[[str], None], report_fault: Callable[[], None]) -> None:
        self._complain = complain
        self._report_fault = report_fault
        self._running: set[asyncio.Task[None]] = set()
        self._to_the_end: set[asyncio.Task[None]] = set()
        self._closed = False

    def spawn(self, work: Coroutine[Any, Any, object], name: str, *, to_the_end: bool = False) -> None:
        """Run it; a failure is reported, never lost. to_the_end: closing waits for it instead of cancelling it."""
        self.begin(work, name, self._to_the_end if to_the_end else self._running)

    def begin(
        self, work: Coroutine[Any, Any, object], name: str, among: set[asyncio.Task[None]] | None = None
    ) -> asyncio.Task[None] | None:
        """The same for callers who may cancel it themselves; None once everything is closed."""
        if self._closed:
            work.close()
            return None
        running = self._running if among is None else among
        task = asyncio.get_running_loop().create_task(self._guard(work), name=name)
        running.add(task)
        task.add_done_callback(running.discard)
        task.add_done_callback(lambda _: work.close())  # cancelled before its first step: it never started
        return task

    @property
    def is_idle(self) -> bool:
        """Whether no task is running."""
        return not self._running and not self._to_the_end

    async def close(self) -> None:
        """Nothing runs afterwards, and nothing new starts."""
        self._closed = True
        for task in self._running:
            task.cancel()
        if running := self._running | self._to_the_end:
            await asyncio.wait(running)

    async def _guard(self, work: Coroutine[Any, Any, object]) -> None:
        try:
            await work
        except KlingError as error:
            self._complain(str(error))
        except Exception:  # the boundary: the window goes on
            log.exception("a task of the window failed")
            self._report_fault()
