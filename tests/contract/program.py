"""Runs the program as a user does, in a home folder of its own."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PACKAGE = Path(os.environ.get("CONTRACT_PACKAGE") or Path(__file__).parents[2])
"""The checkout whose program runs. Another one can be compared with the golden files, too."""
KEY = "ca9a2e70-5ec2-11f0-8c1e-0123456789ab"
_CLIP = Path(__file__).parent / "clip.mp4"
_TIMEOUT = 90.0


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True)
class Running:
    process: subprocess.Popen[str]

    def result(self) -> Result:
        """Wait until it ends."""
        with self.process:
            try:
                out, err = self.process.communicate(timeout=_TIMEOUT)
            finally:
                self.process.kill()
        assert "Traceback" not in err, err
        return Result(self.process.returncode, out, err)

    def stop(self) -> None:
        """Stop it if it is still running."""
        if self.process.poll() is None:
            self.process.terminate()
            self.result()


class Program:
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
            "PYTHONPATH": str(PACKAGE),
            "QT_QPA_PLATFORM": "offscreen",
            "DBUS_SESSION_BUS_ADDRESS": "disabled:",
        }

    @property
    def config(self) -> Path:
        return self.home / "config" / "kling-desktop"

    @property
    def data(self) -> Path:
        return self.home / "data" / "kling-desktop"

    def run(self, *words: str, key: str = "") -> Result:
        return self.start(*words, key=key).result()

    def start(self, *words: str, key: str = "") -> "Running":
        return self.python("-m", "kling_desktop", *words, key=key)

    def python(self, *words: str, key: str = "") -> "Running":
        process = subprocess.Popen(
            [sys.executable, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.home,
            env={**self.environment, **({"LEONARDO_API_KEY": key} if key else {})},
        )
        return Running(process)

    def visit(self, *words: str, until: Callable[[], bool]) -> None:
        """Open the window, wait until `until` is true, and close it as a logout would."""
        with (
            (self.home / "window.txt").open("w+") as said,
            subprocess.Popen(
                [sys.executable, "-m", "kling_desktop", *words],
                stdout=said,
                stderr=said,
                cwd=self.home,
                env=self.environment,
            ) as window,
        ):
            try:
                wait_for(until, lambda: window.poll() is not None)
                window.send_signal(signal.SIGTERM)
                code = window.wait(_TIMEOUT)
            finally:
                window.kill()
            said.seek(0)
            assert code == 0, said.read()

    @contextmanager
    def sandbox(self, *options: str) -> Iterator[str]:
        """Run the sandbox at 50 times the speed. Every video it makes is the same small one. Yields its base URL."""
        folder = self.home / "service"
        service = self.start("sandbox", "--speed", "50", "--data", str(folder), *options)
        is_over = threading.Event()
        planting = threading.Thread(target=_plant_videos, args=(folder, is_over))
        try:
            assert service.process.stdout
            base = service.process.stdout.readline().strip()
            planting.start()
            yield base
            is_over.set()
            planting.join()
        finally:
            is_over.set()
            service.process.terminate()
            service.result()


def _plant_videos(folder: Path, is_over: threading.Event) -> None:
    while not is_over.wait(0.02):
        for generation in (folder / "generations").glob("*.json"):
            clip = folder / "clips" / f"{generation.stem}.mp4"
            if not clip.exists():
                shutil.copy(_CLIP, clip.with_suffix(".copy"))
                clip.with_suffix(".copy").replace(clip)


def wait_for(is_so: Callable[[], bool], is_over: Callable[[], bool] = lambda: False) -> None:
    limit = time.monotonic() + _TIMEOUT
    while not is_so():
        assert not is_over(), "it ended too soon"
        assert time.monotonic() < limit, "it took too long"
        time.sleep(0.02)


def files_below(folder: Path) -> list[str]:
    """The relative paths of all files and empty folders."""
    found = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() or not any(path.iterdir()):
            found.append(name if path.is_file() else f"{name}/")
    return found


def events_by_job(lines: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The events of each job. Jobs are in the order of their first events."""
    jobs: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        jobs.setdefault(line["job"], []).append(line)
    return jobs
