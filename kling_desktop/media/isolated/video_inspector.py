"""What is this clip that somebody else made? Looked at in a process of its own, before anything here opens it."""

import time
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from kling_desktop.media.errors import BadMedia
from kling_desktop.media.file_type import kind_of_file
from kling_desktop.media.isolated.worker_process import Apart
from kling_desktop.media.metadata.clip_metadata import read_settings
from kling_desktop.media.video.decoder import Decoder
from kling_desktop.media.video.poster import still_in
from kling_desktop.media.video.probe import VideoFacts, check_clip, probe

WATCHED_SECONDS = 2.0
"""How long a strange clip is decoded on trial: all of the usual ones, the beginning of a long one."""
_MOST_FRAMES = 500_000  # two hours at 60 a second, and some


@dataclass(frozen=True, slots=True)
class Examined:
    """A clip that can be shown. `settings`: the text inside it, None without one. `poster`: its first frame as a JPEG.

    `fault` says what is wrong with it all the same (it ends too early, say), "" when it is whole.
    """

    facts: VideoFacts
    settings: str | None
    poster: bytes
    fault: str = ""


def examine(path: Path, apart: Apart | None = None, watched: float = WATCHED_SECONDS) -> Examined:
    """What is in the clip at `path`, which nothing is known of. BadMedia says why it can't be shown. Blocking.

    apart: the process to use, where many files are looked at; watched: for how many seconds it is decoded on trial.
    """
    if apart is None:
        with Apart() as own:
            return examine(path, own, watched)
    kind_of_file(path)  # says without a process what isn't there, can't be read or is a pipe
    answer, poster = apart.ask("examine", path.name, path=_spelled(path), watched=watched)
    facts = VideoFacts(**{**answer["facts"], "fps": Fraction(*answer["facts"]["fps"])})
    return Examined(facts, answer["settings"], poster, answer["fault"])


def settings_inside(path: Path, apart: Apart | None = None) -> str | None:
    """read_settings() for a file that nothing is known of. BadMedia and blocking, as above."""
    if apart is None:
        with Apart() as own:
            return settings_inside(path, own)
    kind_of_file(path)
    text: str | None = apart.ask("settings", path.name, path=_spelled(path))[0]["settings"]
    return text


def examined(about: dict[str, Any], _content: bytes) -> tuple[dict[str, Any], bytes]:
    """In the child."""
    path = Path(about["path"])
    facts = probe(path)
    if facts.frames > _MOST_FRAMES:
        raise BadMedia(f"“{path.name}” has {facts.frames:,} frames, which can't be shown.", "Use a part of it.")
    fault = check_clip(path, None, None, None)
    with Decoder(path) as decoder:
        poster = still_in(decoder)
        end = time.monotonic() + about["watched"]
        for _frame in decoder.frames():
            if time.monotonic() > end:
                break
    told = asdict(facts) | {"fps": [facts.fps.numerator, facts.fps.denominator]}
    return {"facts": told, "settings": read_settings(path), "fault": fault}, poster


def settings_in(about: dict[str, Any], _content: bytes) -> tuple[dict[str, Any], bytes]:
    """In the child."""
    return {"settings": read_settings(Path(about["path"]))}, b""


def _spelled(path: Path) -> str:
    # JSON carries the lone surrogates of names that aren't UTF-8.
    return str(path.absolute())
