"""kill -9 at any moment of a render costs nothing twice and loses nothing."""

import random
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from kling_desktop.media.video.probe import clip_problem
from tests.cli.app_cli import AppCli, SandboxServer, sandbox_server
from tests.media.video_fixtures import write_video

# Two jobs of seven events each; the seed makes the ten moments the same in every run.
MOMENTS = sorted(random.Random(2).sample(range(1, 15), 10))


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxServer]:
    folder = tmp_path_factory.mktemp("far")
    film = write_video(folder / "film.mp4", frames=12, size=(64, 48))
    with sandbox_server(folder, film) as there:
        yield there


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_render_killed_at_this_event_is_resumed_without_paying_twice(
    tmp_path: Path, there: SandboxServer, moment: int
) -> None:
    there.reset_count()
    terminal = AppCli(tmp_path / "home").with_key()
    # Words of its own: the account also has what the other moments made.
    names = [terminal.write(f"{take}.json", prompt=f"Killed at {moment}, take {take}") for take in "ab"]
    words = ["--api", there.base, "--poll", "0.1", "--json"]
    with terminal.start("render", *words, "--out", "clips", *names) as running:
        for number, _ in enumerate(running.events(), 1):
            if number == moment:
                break
        running.end(signal.SIGKILL)
    resumed = terminal.run("resume", *words)
    jobs = {event["job"]: event for event in [*running.seen, *resumed.lines]}
    ends = [event["state"] for event in jobs.values()]
    assert set(ends) <= {"done", "unknown"}
    assert there.accepted == ends.count("done") <= len(names)
    assert resumed.code == (3 if "unknown" in ends else 0)
    clips = [Path(event["file"]) for event in jobs.values() if event["state"] == "done"]
    assert sorted(clips) == sorted((terminal.home / "clips").glob("*.mp4"))
    for clip in clips:
        assert clip_problem(clip, None, None, None) == ""
    assert terminal.hunt_key() == []
