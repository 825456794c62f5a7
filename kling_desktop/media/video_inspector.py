"""What is this clip that somebody else made? Looked at in a process of its own, before anything here opens it."""

import time
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from kling_desktop.media.errors import BadMedia
from kling_desktop.media.file_type import detect_file_type
from kling_desktop.media.isolated.worker_process import IsolatedWorker
from kling_desktop.media.metadata.clip_metadata import read_clip_metadata
from kling_desktop.media.video.decoder import Decoder
from kling_desktop.media.video.poster import render_poster
from kling_desktop.media.video.probe import VideoInfo, clip_problem, probe

TRIAL_SECONDS = 2.0
"""How long a strange clip is decoded on trial: all of the usual ones, the beginning of a long one."""
_MAX_FRAMES = 500_000  # two hours at 60 a second, and some


@dataclass(frozen=True, slots=True)
class VideoInspection:
    """A clip that can be shown. `settings`: the text inside it, None without one. `poster`: its first frame as a JPEG.

    `fault` says what is wrong with it all the same (it ends too early, say), "" when it is whole.
    """

    info: VideoInfo
    settings: str | None
    poster: bytes
    problem: str = ""


def inspect_video(
    path: Path, worker: IsolatedWorker | None = None, trial_seconds: float = TRIAL_SECONDS
) -> VideoInspection:
    """What is in the clip at `path`, which nothing is known of. BadMedia says why it can't be shown. Blocking.

    apart: the process to use, where many files are looked at; watched: for how many seconds it is decoded on trial.
    """
    if worker is None:
        with IsolatedWorker() as own:
            return inspect_video(path, own, trial_seconds)
    detect_file_type(path)  # says without a process what isn't there, can't be read or is a pipe
    answer, poster = worker.run("examine", path.name, path=_absolute(path), watched=trial_seconds)
    facts = VideoInfo(**{**answer["facts"], "fps": Fraction(*answer["facts"]["fps"])})
    return VideoInspection(facts, answer["settings"], poster, answer["fault"])


def read_clip_metadata_isolated(path: Path, worker: IsolatedWorker | None = None) -> str | None:
    """read_settings() for a file that nothing is known of. BadMedia and blocking, as above."""
    if worker is None:
        with IsolatedWorker() as own:
            return read_clip_metadata_isolated(path, own)
    detect_file_type(path)
    text: str | None = worker.run("settings", path.name, path=_absolute(path))[0]["settings"]
    return text


def inspect_in_worker(about: dict[str, Any], _content: bytes) -> tuple[dict[str, Any], bytes]:
    """In the child."""
    path = Path(about["path"])
    facts = probe(path)
    if facts.frames > _MAX_FRAMES:
        raise BadMedia(
            f"“{path.name}” has {facts.frames:,} frames, which is more than the app can show.", "Use a part of it."
        )
    fault = clip_problem(path, None, None, None)
    with Decoder(path) as decoder:
        poster = render_poster(decoder)
        end = time.monotonic() + about["watched"]
        for _frame in decoder.frames():
            if time.monotonic() > end:
                break
    told = asdict(facts) | {"fps": [facts.fps.numerator, facts.fps.denominator]}
    return {"facts": told, "settings": read_clip_metadata(path), "fault": fault}, poster


def read_metadata_in_worker(about: dict[str, Any], _content: bytes) -> tuple[dict[str, Any], bytes]:
    """In the child."""
    return {"settings": read_clip_metadata(Path(about["path"]))}, b""


def _absolute(path: Path) -> str:
    # JSON carries the lone surrogates of names that aren't UTF-8.
    return str(path.absolute())
