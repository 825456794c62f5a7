"""The program as a user starts it: real processes with a home of their own, and a service to talk to."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.interrupts import interruptible

KEY = "ca9a2e70-5ec2-11f0-8c1e-0123456789ab"
"""A canary: it may be seen by the service alone."""

BODY = {
    "model": "kling-video-o-1",
    "public": False,
    "parameters": {"prompt": "The woman plays with the cat", "duration": 5, "width": 1080, "height": 1920},
}
_DEV = (sys.executable, "-X", "dev", "-W", "error", "-m", "kling_desktop")
_PATIENCE = 60


@dataclass(frozen=True)
class CliResult:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def ends(self) -> list[dict[str, Any]]:
        """The newest event of each job."""
        return list({line["job"]: line for line in self.lines}.values())


@dataclass
class RunningCli:
    """A program whose events are read as they come."""

    process: subprocess.Popen[str]
    seen: list[dict[str, Any]] = field(default_factory=list)

    def events(self) -> Iterator[dict[str, Any]]:
        assert self.process.stdout
        for line in self.process.stdout:
            self.seen.append(json.loads(line))
            yield self.seen[-1]

    def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        return next(event for event in self.events() if wanted(event))

    def end(self, number: signal.Signals | None = None) -> CliResult:
        if number is not None:
            self.process.send_signal(number)
        out, err = self.process.communicate(timeout=_PATIENCE)
        before = "".join(f"{json.dumps(event)}\n" for event in self.seen)
        # A line that a kill has cut is none.
        whole = out[: out.rfind("\n") + 1]
        return _told(self.process.returncode, before + whole, err)


class AppCli:
    def __init__(self, home: Path) -> None:
        self.home = home
        home.mkdir(parents=True, exist_ok=True)
        self.environment = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(home),
            "XDG_DATA_HOME": str(home / "data"),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_CACHE_HOME": str(home / "cache"),
            "XDG_STATE_HOME": str(home / "state"),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }

    def with_key(self, key: str = KEY) -> "AppCli":
        other = AppCli(self.home)
        other.environment["LEONARDO_API_KEY"] = key
        return other

    def write(self, name: str, body: Any = None, **parameters: Any) -> str:
        """A file of that name beside the user's others; a body with other parameters, or a text."""
        file = self.home / name
        if not isinstance(body, str):
            body = json.dumps((body or BODY) | {"parameters": BODY["parameters"] | parameters})  # type: ignore[operator]
        file.write_text(body)
        return name

    def run(self, *words: str, stdin: str | bytes = b"") -> CliResult:
        given = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            [*_DEV, *words], input=given, capture_output=True, cwd=self.home, env=self.environment, timeout=_PATIENCE
        )
        return _told(done.returncode, done.stdout.decode(), done.stderr.decode())

    @contextmanager
    def start(
        self, *words: str, start: Callable[[], AbstractContextManager[None]] = interruptible
    ) -> Iterator[RunningCli]:
        with start():
            process = subprocess.Popen(
                [*_DEV, *words],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                cwd=self.home,
                env=self.environment,
            )
        with process:
            try:
                yield RunningCli(process)
            finally:
                process.kill()

    def hunt_key(self, key: str = KEY) -> list[str]:
        """The files that hold the key."""
        files = [path for path in self.home.rglob("*") if path.is_file()]
        return [str(path) for path in files if key.encode() in path.read_bytes()]


def _told(code: int, out: str, err: str) -> CliResult:
    assert "Traceback" not in err + out, err
    assert "Warning" not in err, err
    assert KEY not in out + err
    return CliResult(code, out, err)


class SandboxServer:
    """`kling-desktop sandbox`, as a service at the other end of the line. Each film it is asked for is `film`."""

    def __init__(self, folder: Path, film: Path | None) -> None:
        self.folder = folder
        self.base = ""
        self._counted: set[Path] = set()
        self._film = film
        self._over = threading.Event()

    @property
    def accepted(self) -> int:
        """How many requests were accepted, and so charged, since the last count_anew."""
        return len(self._accepted())

    @property
    def prompts(self) -> list[str]:
        """The prompts of these requests, sorted."""
        return sorted(json.loads(record.read_text())["parameters"]["prompt"] for record in self._accepted())

    def reset_count(self) -> None:
        self._counted |= self._accepted()

    def _accepted(self) -> set[Path]:
        return set((self.folder / "generations").glob("*.json")) - self._counted

    def provide_videos(self) -> None:
        while not self._over.wait(0.02):
            for made in (self.folder / "generations").glob("*.json"):
                clip = self.folder / "clips" / f"{made.stem}.mp4"
                if self._film and not clip.exists():
                    beside = clip.with_suffix(".copy")
                    shutil.copy(self._film, beside)
                    beside.replace(clip)

    def close(self) -> None:
        self._over.set()


@contextmanager
def sandbox_server(
    folder: Path, film: Path | None, faults: Sequence[str] = (), speed: float = 30
) -> Iterator[SandboxServer]:
    """The service, running for as long as the body."""
    cli = AppCli(folder / "home")
    words = ["sandbox", "--port", "0", "--speed", f"{speed}", "--data", str(folder / "service")]
    for fault in faults:
        words += ["--fault", fault]
    there = SandboxServer(folder / "service", film)
    films = threading.Thread(target=there.provide_videos)
    with cli.start(*words) as running:
        assert running.process.stdout
        there.base = running.process.stdout.readline().strip()
        films.start()
        try:
            yield there
        finally:
            there.close()
            films.join()
            assert running.end(signal.SIGINT).code == 0
