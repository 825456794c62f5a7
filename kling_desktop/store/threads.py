"""Threads for blocking calls, so that the event loop never waits for a disk."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def run_abandonable(fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what a call returns that may never end. Neither its caller nor the end of the program waits for it."""
    loop = asyncio.get_running_loop()
    answered: asyncio.Future[T] = loop.create_future()

    def answer(settle: Callable[[], None]) -> None:
        if not answered.done():
            settle()

    def run() -> None:
        try:
            result = fn(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - raised where it is awaited
            settle = partial(answered.set_exception, error)
        else:
            settle = partial(answered.set_result, result)
        with suppress(RuntimeError):  # the loop is closed: nobody wants to know any more
            loop.call_soon_threadsafe(answer, settle)

    Thread(target=run, name="abandonable", daemon=True).start()
    return await answered


class WorkerThreads:
    """A few threads that run blocking calls, in the order they were made as far as there are threads."""

    def __init__(self, name: str, count: int = 1) -> None:
        self._executor = ThreadPoolExecutor(count, thread_name_prefix=name)

    async def run(self, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what the call returns. A caller that is cancelled leaves at once; the call may still run."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, partial(fn, *args, **kwargs))

    async def run_uncancellable(self, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what the call returns. A caller that is cancelled leaves once the call has ended.

        A thread can't be stopped, and nobody may start over with the same files while it still works on them.
        """
        call = asyncio.get_running_loop().run_in_executor(self._executor, partial(fn, *args, **kwargs))
        try:
            return await asyncio.shield(call)
        except asyncio.CancelledError:
            while not call.done():
                try:
                    await asyncio.wait({call})
                except asyncio.CancelledError:  # cancelled again: the first cancellation is raised in the end
                    continue
            if not call.cancelled():
                call.exception()  # retrieved, so that asyncio doesn't report it: nobody waits for it any more
            raise

    def run_blocking(self, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what the call returns, for a caller that is on a thread itself.

        Raises:
            RuntimeError: The threads are closed.
        """
        return self._executor.submit(fn, *args, **kwargs).result()

    async def close(self) -> None:
        """Return when the last call has ended."""
        await asyncio.to_thread(self._executor.shutdown)


class DatabaseThread(WorkerThreads):
    """A database connection and the only thread that uses it. Closing it closes the connection."""

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        super().__init__(name)
        self._connection = connection

    async def close(self) -> None:
        await super().close()
        await asyncio.to_thread(self._connection.close)
