"""kill -9 at seeded moments over the whole life of a job, as render and in the window; then the app starts again.

What counts is what the far side has: how many orders it took for how many clicks, and whether each of them is a whole
film in the user's folder at the end.
"""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import av

from kling_desktop.domain.request.draft import Draft, LocalImage
from kling_desktop.media.metadata.clip_metadata import read_clip_metadata
from kling_desktop.store.composer.drafts import DraftFile
from tests.cli.app_cli import BODY, KEY, SandboxServer
from tests.media.video_fixtures import write_video
from tests.services.job_harness import write_image
from tests.support.interrupts import interruptible

ROOT = Path(__file__).resolve().parents[2]
APP_PROCESS = ROOT / "tests" / "journeys" / "app_process.py"
FRAMES = 12
POLL = "0.1"
EVENTS_OF_ONE = 7
_LONGEST = 120.0
FAULTS = ("create.slow=0.4", "create.drop_after=0.1", "create.drop_before=0.05", "video.drop_before=0.1")


@dataclass
class Outcome:
    """at: the state of the newest event before the first kill. clicks: orders that the user gave.

    made: orders that the service took. whole: of these, films in the user's folder. offered: of these, the ones that
    the user is asked about, since an equal order was lost as well. asked: jobs the user is asked about. open: jobs that
    neither ended nor wait for a word of the user's.
    """

    at: str
    clicks: int
    made: int
    whole: int
    offered: int
    asked: int
    open: int


@dataclass
class Round:
    """One order, one kill or two, and whatever follows until nothing goes on by itself."""

    number: int
    window: bool
    there: SandboxServer
    home: Path
    seed: int

    def __post_init__(self) -> None:
        self._dice = random.Random(f"{self.seed} {self.number}")
        self._prompt = f"Kill {self.number} of {self.seed}"
        self._takes = self._dice.choice([1, 1, 2])
        self._with_picture = self._dice.random() < 0.5
        kinds = ("DATA", "CONFIG", "CACHE", "STATE")
        self._around = {
            **{f"XDG_{kind}_HOME": str(self.home / kind.lower()) for kind in kinds},
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(self.home),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "PYTHONPATH": str(ROOT),
            "LEONARDO_API_KEY": KEY,
            "QT_QPA_PLATFORM": "offscreen",
            "DBUS_SESSION_BUS_ADDRESS": "disabled:",
        }

    def play(self) -> Outcome:
        self._prepare()
        first = self._first()
        at = self._run_and_kill(first, self._dice.randrange(EVENTS_OF_ONE * self._takes + 1))
        if self._dice.random() < 0.25:
            self._run_and_kill(self._again(), self._dice.randrange(6))
        ended = self._run_to_the_end(self._again())
        made = self._made()
        states = self._states()
        still = states.total() - states["done"] - states["unknown"]
        if ended not in (0, 1, 3) or (self.window and ended):
            raise AssertionError(f"{self._prompt}: it ended with {ended}")
        offered = len(self._offered() & set(made))
        return Outcome(at, self._takes, len(made), self._whole(made), offered, states["unknown"], still)

    def _prepare(self) -> None:
        settings = self.home / "config" / "kling-desktop" / "settings.json"
        settings.parent.mkdir(parents=True)
        # A hold of some length, so that kills fall into it too.
        settings.write_text(json.dumps({"hold_seconds": 0.2, "clips_folder": str(self.home / "clips")}))
        write_image(self.home / "a.png")
        frame = (LocalImage(str(self.home / "a.png")),) if self._with_picture else ()
        draft = Draft(prompt=self._prompt, takes=self._takes, start_frame=frame)
        DraftFile(self.home / "data" / "kling-desktop" / "drafts" / "draft.json").save(draft)
        for take in range(self._takes):
            body = {**BODY, "parameters": {**BODY["parameters"], "prompt": self._prompt}}  # type: ignore[dict-item]
            (self.home / f"{take}.json").write_text(json.dumps(body))

    def _first(self) -> list[str]:
        if self.window:
            return [str(APP_PROCESS), "order_this", "--leonardo", self.there.base, "--poll", POLL]
        extra = ["--set", "start_frame=a.png"] if self._with_picture else []
        files = [f"{take}.json" for take in range(self._takes)]
        words = ["--api", self.there.base, "--poll", POLL, "--json", "--out", "clips", *extra]
        return ["-m", "kling_desktop", "render", *words, *files]

    def _again(self) -> list[str]:
        if self.window:
            return [str(APP_PROCESS), "carry_on", "--leonardo", self.there.base, "--poll", POLL]
        return ["-m", "kling_desktop", "resume", "--api", self.there.base, "--poll", POLL, "--json"]

    def _run_and_kill(self, words: Sequence[str], after: int) -> str:
        """Kill a little after so many events; where there are fewer, a little after the last of them."""
        at = "start"
        with self._running(words) as process:
            assert process.stdout
            if after == 0:
                time.sleep(self._dice.random() * 1.5)
            for number, line in enumerate(process.stdout, 1):
                at = str(self._note(line).get("state", at))
                if number >= after:
                    time.sleep(self._dice.random() * 0.06)
                    break
            process.send_signal(signal.SIGKILL)
            for line in process.stdout:
                self._note(line)
        return at

    def _run_to_the_end(self, words: Sequence[str]) -> int:
        with self._running(words) as process:
            assert process.stdout
            watch = threading.Timer(_LONGEST, process.kill)
            watch.start()
            for line in process.stdout:
                self._note(line)
            watch.cancel()
            return process.wait()

    @contextmanager
    def _running(self, words: Sequence[str]) -> Iterator["subprocess.Popen[str]"]:
        with (self.home / "errors.txt").open("ab") as errors:
            process = subprocess.Popen(
                [sys.executable, *words],
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                cwd=self.home,
                env=self._around,
            )
            with process:
                yield process

    def _note(self, line: str) -> dict[str, object]:
        if line.startswith("FAILED"):
            raise AssertionError(f"{self._prompt}: {line}")
        return json.loads(line) if line.endswith("\n") else {}  # the kill has cut it

    def _states(self) -> Counter[str]:
        with closing(sqlite3.connect(self.home / "data" / "kling-desktop" / "kling.db")) as database:
            return Counter(state for (state,) in database.execute("SELECT state FROM jobs"))

    def _offered(self) -> set[str]:
        with closing(sqlite3.connect(self.home / "data" / "kling-desktop" / "kling.db")) as database:
            bodies = [json.loads(body) for (body,) in database.execute("SELECT body FROM jobs WHERE state = 'unknown'")]
        return {name for body in bodies if body["state"]["asked"] for name in body["state"]["candidates"]}

    def _made(self) -> list[str]:
        """The generations that the service made of this round's orders."""
        records = [json.loads(file.read_text()) for file in (self.there.folder / "generations").glob("*.json")]
        return [record["id"] for record in records if record["parameters"]["prompt"] == self._prompt]

    def _whole(self, made: Sequence[str]) -> int:
        inside = [json.loads(read_clip_metadata(clip) or "{}")["generation"] for clip in self._clips()]
        if len(inside) != len(set(inside)):
            raise AssertionError(f"{self._prompt}: a clip is there twice")
        return len(set(inside) & set(made))

    def _clips(self) -> list[Path]:
        clips = sorted((self.home / "clips").rglob("*.mp4"))
        return [clip for clip in clips if _frames(clip) == FRAMES]


def _frames(clip: Path) -> int:
    with av.open(clip) as container:
        return sum(1 for _ in container.decode(video=0))


@contextmanager
def sandbox_server(folder: Path, film: Path) -> Iterator[SandboxServer]:
    """The sandbox, which nothing that happens to the app's processes reaches."""
    there = SandboxServer(folder / "service", film)
    words = [word for fault in FAULTS for word in ("--fault", fault)]
    command = [sys.executable, "-m", "kling_desktop", "sandbox", "--speed", "30", "--data", str(there.folder), *words]
    around = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT)}
    films = threading.Thread(target=there.provide_videos)
    with (folder / "sandbox.txt").open("wb") as errors, interruptible():
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, text=True, env=around, start_new_session=True
        )
    with process:
        assert process.stdout
        there.base = process.stdout.readline().strip()
        films.start()
        try:
            yield there
        finally:
            there.close()
            films.join()
            process.send_signal(signal.SIGINT)
            process.communicate()


def kill_often(kills: int, seed: int, folder: Path) -> Iterator[Outcome]:
    """Half of them as `render`, half in the window."""
    film = write_video(folder / "film.mp4", frames=FRAMES, size=(64, 48))
    with sandbox_server(folder, film) as there:
        for number in range(kills):
            home = folder / f"home {number}"
            home.mkdir()
            yield Round(number, bool(number % 2), there, home, seed).play()
            shutil.rmtree(home)
            sys.stdout.write("." if number % 50 != 49 else f". {number + 1}\n")
            sys.stdout.flush()
