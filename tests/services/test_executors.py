"""What is done to files on a thread is never left to itself."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from kling_desktop.services.executors import run_uncancellable


async def test_one_who_is_called_off_goes_only_when_the_thread_has_ended() -> None:
    began, may_end = Event(), Event()

    def slow() -> None:
        began.set()
        may_end.wait(10)
        raise OSError("nobody is there to hear it")

    with ThreadPoolExecutor(1) as threads:
        task = asyncio.create_task(run_uncancellable(threads, slow))
        await asyncio.to_thread(began.wait, 10)
        for _ in range(3):
            task.cancel()
            await asyncio.wait({task}, timeout=0.01)
            assert not task.done()
        may_end.set()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_what_the_call_says_comes_back() -> None:
    with ThreadPoolExecutor(1) as threads:
        assert await run_uncancellable(threads, "a-b".split, "-") == ["a", "b"]
        with pytest.raises(FileNotFoundError):
            await run_uncancellable(threads, open, "/nowhere/at all")
