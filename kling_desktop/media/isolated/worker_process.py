"""A worker process for untrusted files.

Their decoders are C code. A damaged or malicious file can crash it, make it run forever or fill the memory. In the
worker that costs an error message; in the app it would cost the window and paid-for jobs.
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

from kling_desktop.environment import NO_CONSOLE
from kling_desktop.media.errors import BadMedia

TIMEOUT_SECONDS = 30.0
"""How long a task may take, by the clock and, where the system can count it, in CPU time."""
MAX_MEMORY = 2 * 2**30
_MAX_TASKS = 500  # then a fresh process takes over, so that memory leaks of libraries end
_MAX_LINE = 4 * 2**20
_MAX_CONTENT = 512 * 2**20


class _ChildEnded(Exception):
    """The child ended before it answered."""


class IsolatedWorker:
    """Runs tasks in a child process, one at a time. Blocking; may be called from any thread.

    The child starts with the first task and keeps running until close(). If it crashes or takes longer than `timeout`
    seconds, it is killed and the task fails; the next task starts a new one. After a crash the task is tried once more.
    """

    def __init__(self, timeout: float = TIMEOUT_SECONDS, max_memory: int = MAX_MEMORY) -> None:
        self._timeout = timeout
        self._max_memory = max_memory
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._tasks_run = 0

    def run(self, task: str, name: str, content: bytes = b"", **arguments: Any) -> tuple[dict[str, Any], bytes]:
        """Run a task in the child.

        Args:
            task: A key of `worker_main.TASKS`.
            name: What to call the file in error messages.
            content: Bytes for the task.
            **arguments: JSON values for the task.

        Raises:
            BadMedia: The file can't be used, or the child crashed or took too long.
        """
        message = {"task": task, "name": name, **arguments}
        with self._lock:
            try:
                result, data = self._attempt(message, content)
            except _ChildEnded:  # the system may have ended it, for want of memory: only the second time is it the file
                try:
                    result, data = self._attempt(message, content)
                except _ChildEnded as error:
                    raise BadMedia(f"“{name}” is damaged or incomplete.", "Save or download it again.") from error
        if "message" in result:
            raise BadMedia(str(result["message"]), str(result.get("hint", "")))
        return result, data

    def _attempt(self, message: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
        child = self._get_child()
        timed_out = threading.Event()
        timer = threading.Timer(self._timeout, _time_out, (child, timed_out))
        timer.daemon = True
        timer.start()
        try:
            return _exchange(child, message, content)
        except (OSError, ValueError) as error:
            exit_code = self._stop_child()
            if timed_out.is_set() or exit_code == -getattr(signal, "SIGXCPU", 0):
                raise BadMedia(f"Reading “{message['name']}” takes too long.", "Use another copy.") from error
            raise _ChildEnded from error
        finally:
            timer.cancel()

    @property
    def process(self) -> "subprocess.Popen[bytes] | None":
        """The child, if one is running."""
        return self._child

    def close(self) -> None:
        """Stop the child."""
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
                creationflags=NO_CONSOLE,
                # An arena for each thread would count as memory although nobody uses it.
                env={**os.environ, "MALLOC_ARENA_MAX": "2", "PYTHONDONTWRITEBYTECODE": "1"},
            )
            self._tasks_run = 0
        self._tasks_run += 1
        return self._child

    def _stop_child(self) -> int | None:
        """Stop the child, if there is one, and return its exit code."""
        child, self._child = self._child, None
        if child is None:
            return None
        assert child.stdin is not None
        assert child.stdout is not None
        with suppress(OSError):  # it may have died with half a task unread
            child.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            child.wait(0.5)
        child.kill()
        child.stdout.close()
        return child.wait()


def send(pipe: IO[bytes], head: dict[str, Any], content: bytes) -> None:
    """Write a line of JSON, then as many bytes as it announces."""
    pipe.write(json.dumps({**head, "bytes": len(content)}).encode() + b"\n")
    pipe.write(content)
    pipe.flush()


def receive(pipe: IO[bytes]) -> tuple[dict[str, Any], bytes] | None:
    """Return what was sent, or None at the end. Raises ValueError for anything else: the other side may be
    compromised.
    """
    line = pipe.readline(_MAX_LINE)
    if not line:
        return None
    head = json.loads(line)
    if not isinstance(head, dict) or type(size := head.pop("bytes", None)) is not int:
        raise ValueError("not a message")
    if not 0 <= size <= _MAX_CONTENT:
        raise ValueError(f"{size} bytes of content")
    content = pipe.read(size)
    if len(content) != size:
        raise ValueError("the message is incomplete")
    return head, content


def _time_out(child: "subprocess.Popen[bytes]", timed_out: threading.Event) -> None:
    timed_out.set()
    child.kill()


def _exchange(child: "subprocess.Popen[bytes]", head: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    assert child.stdin is not None
    assert child.stdout is not None
    send(child.stdin, head, content)
    result = receive(child.stdout)
    if result is None:
        raise ValueError("the child has exited")
    return result
