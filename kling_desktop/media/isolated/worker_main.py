"""The worker process: limits its own resources, then runs tasks until there are no more."""

import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

from kling_desktop.media.errors import BadMedia
from kling_desktop.media.isolated.worker_process import receive, send

if TYPE_CHECKING:
    from collections.abc import Callable

TaskResult = tuple[dict[str, Any], bytes]
TASKS = {
    "heic": ("kling_desktop.media.image.heic", "decode_in_worker"),
    "inspect": ("kling_desktop.media.video_inspector", "inspect_in_worker"),
    "settings": ("kling_desktop.media.video_inspector", "read_metadata_in_worker"),
}
"""The module and function of each task, imported when it is first run."""


def main() -> int:
    max_memory, seconds = int(sys.argv[1]), int(sys.argv[2])
    # Anything that a library prints must not get between the results.
    tasks, results = os.fdopen(0, "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _limit_resources(max_memory)
    while (message := receive(tasks)) is not None:
        arguments, content = message
        _grant_cpu_time(seconds)
        send(results, *_run_task(arguments, content))
    return 0


def _run_task(arguments: dict[str, Any], content: bytes) -> TaskResult:
    name = arguments["name"]
    try:
        module, function = TASKS[arguments["task"]]
        run: Callable[[dict[str, Any], bytes], TaskResult] = getattr(import_module(module), function)
        return run(arguments, content)
    except BadMedia as bad:
        return {"message": bad.message, "hint": bad.hint}, b""
    except MemoryError:
        return {"message": f"Reading “{name}” takes too much memory.", "hint": "Use a smaller copy."}, b""
    except Exception:  # noqa: BLE001 - whatever went wrong, the file can't be read
        return {"message": f"“{name}” is damaged or incomplete.", "hint": "Save or download it again."}, b""


def _limit_resources(max_memory: int) -> None:
    with suppress(ImportError):  # Windows has no such limits; the time-out applies anyway
        import resource

        limits = {
            resource.RLIMIT_AS: max_memory,
            resource.RLIMIT_CORE: 0,
            resource.RLIMIT_FSIZE: 0,  # it has nothing to write
        }
        for limit, value in limits.items():
            with suppress(ValueError, OSError):  # macOS doesn't support all of them
                resource.setrlimit(limit, (value, value))


def _grant_cpu_time(seconds: int) -> None:
    """Allow that many more seconds of CPU time."""
    with suppress(ImportError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1 + seconds, hard))


if __name__ == "__main__":
    sys.exit(main())
