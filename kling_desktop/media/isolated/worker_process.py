"""A process of its own for files that nobody vouches for.

Their decoders are C code, which a damaged or hostile file can bring down, keep busy for ever or fill the memory with.
There it costs a sentence; here it would cost the window, and what is paid for.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from types import TracebackType
from typing import IO, Any, Self

from kling_desktop.media.errors import BadMedia

TIMEOUT_SECONDS = 30.0
"""How long a question may take, on the clock; and on the processor, where the system can count that."""
MAX_MEMORY = 2 * 2**30
_MAX_TASKS = 500  # after which a fresh process takes over: whatever libraries leak goes with the old one
_MAX_LINE = 4 * 2**20
_MAX_CONTENT = 512 * 2**20


class IsolatedWorker:
    """Has questions answered by a child process, one at a time; blocking, from any thread.

    The child starts with the first question and is kept warm until close(). One that breaks or takes longer than
    `seconds` is ended, which is an answer too, and the next question starts another.
    """

    def __init__(self, timeout: float = TIMEOUT_SECONDS, max_memory: int = MAX_MEMORY) -> None:
        self._timeout = timeout
        self._max_memory = max_memory
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._tasks_run = 0

    def run(self, task: str, name: str, content: bytes = b"", **arguments: Any) -> tuple[dict[str, Any], bytes]:
        """The answer to one of the questions of apart_child.py. BadMedia, calling the file `name`, when it says that
        the file can't be used, or can't say anything any more.
        """
        with self._lock:
            child = self._get_child()
            late = threading.Event()
            watch = threading.Timer(self._timeout, _time_out, (child, late))
            watch.daemon = True
            watch.start()
            try:
                answer, found = _exchange(child, {"question": task, "name": name, **arguments}, content)
            except (OSError, ValueError) as error:
                ended = self._stop_child()
                if late.is_set() or ended == -getattr(signal, "SIGXCPU", 0):
                    raise BadMedia(f"“{name}” takes too long to read.", "Use another copy of it.") from error
                raise BadMedia(f"“{name}” is damaged or incomplete.", "Save or download it again.") from error
            finally:
                watch.cancel()
        if "what" in answer:
            raise BadMedia(str(answer["what"]), str(answer.get("advice", "")))
        return answer, found

    @property
    def process(self) -> "subprocess.Popen[bytes] | None":
        """The child, while there is one."""
        return self._child

    def close(self) -> None:
        with self._lock:
            self._stop_child()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _get_child(self) -> "subprocess.Popen[bytes]":
        if self._child is not None and (self._tasks_run >= _MAX_TASKS or self._child.poll() is not None):
            self._stop_child()
        if self._child is None:
            limits = [str(self._max_memory), str(max(1, round(self._timeout)))]
            self._child = subprocess.Popen(
                [sys.executable, "-m", "kling_desktop.media.isolated.worker_main", *limits],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                # An arena for each thread would count as memory that nobody uses.
                env={**os.environ, "MALLOC_ARENA_MAX": "2", "PYTHONDONTWRITEBYTECODE": "1"},
            )
            self._tasks_run = 0
        self._tasks_run += 1
        return self._child

    def _stop_child(self) -> int | None:
        """End the child, if there is one; its exit code."""
        child, self._child = self._child, None
        if child is None:
            return None
        assert child.stdin is not None
        assert child.stdout is not None
        with suppress(OSError):  # it may be gone with half a question unread
            child.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            child.wait(0.5)
        child.kill()
        child.stdout.close()
        return child.wait()


def send(pipe: IO[bytes], head: dict[str, Any], content: bytes) -> None:
    """A line of JSON, then as many bytes of content as it says."""
    pipe.write(json.dumps({**head, "bytes": len(content)}).encode() + b"\n")
    pipe.write(content)
    pipe.flush()


def receive(pipe: IO[bytes]) -> tuple[dict[str, Any], bytes] | None:
    """What was sent; None at the end. ValueError for anything else: the other side may have been taken over."""
    line = pipe.readline(_MAX_LINE)
    if not line:
        return None
    head = json.loads(line)
    if not isinstance(head, dict) or type(size := head.pop("bytes", None)) is not int:
        raise ValueError("no question and no answer")
    if not 0 <= size <= _MAX_CONTENT:
        raise ValueError(f"{size} bytes of content")
    content = pipe.read(size)
    if len(content) != size:
        raise ValueError("it ended in the middle")
    return head, content


def _time_out(child: "subprocess.Popen[bytes]", late: threading.Event) -> None:
    late.set()
    child.kill()


def _exchange(child: "subprocess.Popen[bytes]", head: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    assert child.stdin is not None
    assert child.stdout is not None
    send(child.stdin, head, content)
    answer = receive(child.stdout)
    if answer is None:
        raise ValueError("the child has ended")
    return answer
