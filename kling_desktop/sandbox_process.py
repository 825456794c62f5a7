"""The sandbox as a child process."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from kling_desktop.domain.errors import UserError
from kling_desktop.environment import NO_CONSOLE


class SandboxProcess:
    """A running sandbox. It ends when this process does, however that happens.

    Attributes:
        base: The base URL that it serves.
    """

    def __init__(self, data: Path, options: Sequence[str] = ()) -> None:
        """Start a sandbox, and block until it listens.

        Args:
            data: The folder for its files.
            options: More options of `kling-desktop sandbox`.

        Raises:
            UserError: It didn't start.
        """
        self._child = subprocess.Popen(
            [sys.executable, "-m", "kling_desktop.sandbox", "--data", str(data), "--until-stdin-closes", *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # A Ctrl-C in the terminal is for this process: jobs still need the sandbox while it closes.
            start_new_session=True,
            creationflags=NO_CONSOLE,
        )
        self.base = ""
        try:
            if self._child.stdout:
                self.base = self._child.stdout.readline().strip()
        finally:
            if not self.base:  # it ended, or the user didn't want to wait
                self.close()
        if not self.base:
            raise UserError("The sandbox did not start.", "Try `kling-desktop sandbox` to see why.")

    def close(self) -> None:
        """Block until it has ended."""
        if self._child.stdin:
            self._child.stdin.close()
        try:
            self._child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        if self._child.stdout:
            self._child.stdout.close()
