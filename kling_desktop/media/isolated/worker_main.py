"""The child that opens files which nobody vouches for: it limits itself, then answers until nobody asks any more."""

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
    "examine": ("kling_desktop.media.video_inspector", "inspect_in_worker"),
    "settings": ("kling_desktop.media.video_inspector", "read_metadata_in_worker"),
}
"""The module and the function that answer each question; imported when it is first asked."""


def main() -> int:
    most_memory, seconds = int(sys.argv[1]), int(sys.argv[2])
    # What a library prints must not get between the answers.
    asked, answers = os.fdopen(0, "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _limit_resources(most_memory)
    while (question := receive(asked)) is not None:
        about, content = question
        _grant_cpu_time(seconds)
        send(answers, *_run_task(about, content))
    return 0


def _run_task(about: dict[str, Any], content: bytes) -> TaskResult:
    name = about["name"]
    try:
        module, function = TASKS[about["question"]]
        answer: Callable[[dict[str, Any], bytes], TaskResult] = getattr(import_module(module), function)
        return answer(about, content)
    except BadMedia as bad:
        return {"what": bad.message, "advice": bad.hint}, b""
    except MemoryError:
        return {"what": f"“{name}” needs too much memory.", "advice": "Use a smaller copy."}, b""
    except Exception:  # noqa: BLE001 - whatever went wrong, the answer is that the file can't be read
        return {"what": f"“{name}” is damaged or incomplete.", "advice": "Save or download it again."}, b""


def _limit_resources(most_memory: int) -> None:
    with suppress(ImportError):  # Windows has no such limits; the clock still has the last word there
        import resource

        limits = {
            resource.RLIMIT_AS: most_memory,
            resource.RLIMIT_CORE: 0,
            resource.RLIMIT_FSIZE: 0,  # it has nothing to write
        }
        for what, most in limits.items():
            with suppress(ValueError, OSError):  # macOS knows some of them by name only
                resource.setrlimit(what, (most, most))


def _grant_cpu_time(seconds: int) -> None:
    """From now on, that many seconds of the processor."""
    with suppress(ImportError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1 + seconds, hard))


if __name__ == "__main__":
    sys.exit(main())
