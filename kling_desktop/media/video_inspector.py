"""Inspects videos from outside in the worker process, before anything in the app opens them."""

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
"""How many seconds of an unknown video are decoded as a trial: all of a typical one, the beginning of a long one."""
_MAX_FRAMES = 500_000  # more than two hours at 60 fps


@dataclass(frozen=True, slots=True)
class VideoInspection:
    """A video that can be shown.

    Args:
        info: Size, duration and so on.
        settings: The text inside it, None if there is none.
        poster: Its first frame as a JPEG.
        problem: What is wrong with it nevertheless, for example that it ends too early; "" if it is complete.
    """

    info: VideoInfo
    settings: str | None
    poster: bytes
    problem: str = ""


def inspect_video(
    path: Path, worker: IsolatedWorker | None = None, trial_seconds: float = TRIAL_SECONDS
) -> VideoInspection:
    """Inspect a video that nothing is known about. Blocking.

    Args:
        path: The file.
        worker: The process to use if there are many files; a new one by default.
        trial_seconds: How many seconds of it are decoded.

    Raises:
        BadMedia: It can't be shown; the message says why.
    """
    if worker is None:
        with IsolatedWorker() as new_worker:
            return inspect_video(path, new_worker, trial_seconds)
    detect_file_type(path)  # missing and unreadable files and pipes need no worker
    result, poster = worker.run("inspect", path.name, path=_absolute(path), trial_seconds=trial_seconds)
    info = VideoInfo(**{**result["info"], "fps": Fraction(*result["info"]["fps"])})
    return VideoInspection(info, result["settings"], poster, result["problem"])


def read_clip_metadata_isolated(path: Path, worker: IsolatedWorker | None = None) -> str | None:
    """Like `read_clip_metadata`, for a video that nothing is known about. Raises BadMedia. Blocking."""
    if worker is None:
        with IsolatedWorker() as new_worker:
            return read_clip_metadata_isolated(path, new_worker)
    detect_file_type(path)
    text: str | None = worker.run("settings", path.name, path=_absolute(path))[0]["settings"]
    return text


def inspect_in_worker(arguments: dict[str, Any], _content: bytes) -> tuple[dict[str, Any], bytes]:
    """Inspect a video; runs in the worker."""
    path = Path(arguments["path"])
    info = probe(path)
    if info.frames > _MAX_FRAMES:
        raise BadMedia(f"“{path.name}” has {info.frames:,} frames, which is too many to show.", "Use a part of it.")
    problem = clip_problem(path, None, None, None)
    with Decoder(path) as decoder:
        poster = render_poster(decoder)
        end = time.monotonic() + arguments["trial_seconds"]
        for _frame in decoder.frames():
            if time.monotonic() > end:
                break
    plain_info = asdict(info) | {"fps": [info.fps.numerator, info.fps.denominator]}
    return {"info": plain_info, "settings": read_clip_metadata(path), "problem": problem}, poster


def read_metadata_in_worker(arguments: dict[str, Any], _content: bytes) -> tuple[dict[str, Any], bytes]:
    """Read a video's metadata; runs in the worker."""
    return {"settings": read_clip_metadata(Path(arguments["path"]))}, b""


def _absolute(path: Path) -> str:
    # JSON preserves the lone surrogates of file names that aren't UTF-8.
    return str(path.absolute())
