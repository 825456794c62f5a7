"""Work on files, on threads of their own."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any, TypeVar

T = TypeVar("T")


async def run_uncancellable(threads: Executor, call: Callable[..., T], *arguments: Any) -> T:
    """What the call answers. Whoever is cancelled meanwhile goes only once it has ended: a thread can't be stopped, and
    nobody may begin anew with the same files beside it.
    """
    answer = asyncio.get_running_loop().run_in_executor(threads, call, *arguments)
    try:
        return await asyncio.shield(answer)
    except asyncio.CancelledError:
        while not answer.done():
            try:
                await asyncio.wait({answer})
            except asyncio.CancelledError:  # once more; the first one is raised in the end
                continue
        if not answer.cancelled():
            answer.exception()  # seen: nobody waits for it any more
        raise
