"""Read the request in a file that somebody names on the command line or drops on the window. No Qt, no network."""

import json
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from kling_desktop.domain.body import Reading, Sentence, read_body
from kling_desktop.domain.draft import Draft, LocalImage
from kling_desktop.domain.errors import NotUsable
from kling_desktop.domain.form import resolve
from kling_desktop.domain.lineage import with_its_origin
from kling_desktop.domain.model import Slot
from kling_desktop.domain.paste import LONGEST, read_text
from kling_desktop.domain.setting import check_control, set_control

_MOST_BYTES = 4 * LONGEST


def read_file(name: str, settings: Iterable[tuple[str, str]] = ()) -> Reading:
    """The request in a file, or on standard input for "-", with controls set; NotUsable says why there is none, or what
    can't be set in it.
    """
    reading = _read_clip(Path(name)) if name != "-" and _is_mp4(Path(name)) else read_text(_text(name))
    draft = reading.draft
    problems = reading.problems
    for control, value in settings:
        check_control(draft, control)
        problems = tuple(problem for problem in problems if problem[0] != control)
        try:
            draft = set_control(draft, control, value)
        except NotUsable as error:
            problems = (*problems, (control, str(error)))
    return replace(reading, draft=draft, problems=problems)


def judge(reading: Reading) -> tuple[tuple[Sentence, ...], tuple[Sentence, ...]]:
    """All (control, sentence) problems and warnings, those of local pictures included."""
    form = resolve(reading.draft)
    problems = (*reading.problems, *form.problems, *_problems_of_pictures(reading.draft))
    return tuple(dict.fromkeys(problems)), (*reading.warnings, *form.warnings)


def _problems_of_pictures(draft: Draft) -> Iterable[Sentence]:
    for slot in Slot:
        for media in draft.used(slot):
            if isinstance(media, LocalImage):
                # Here, because only few requests name a picture, and reading one costs a start-up its time.
                from kling_desktop.media.pictures import why_not

                if sentence := why_not(Path(media.file)):
                    yield slot.value, sentence


def _text(name: str) -> str:
    try:
        if name == "-":
            content = sys.stdin.buffer.read(_MOST_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise NotUsable(f"This file can't be read: {error.strerror or error}.", "Check its name and rights.") from error
    if len(content) > _MOST_BYTES:
        raise NotUsable("This file is too large to be a request.", "Give the request alone.")
    try:
        return content.decode("utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotUsable(
            "This file is not text.", "Give a request body, a curl command or a clip of the app."
        ) from error


def _is_mp4(path: Path) -> bool:
    if not path.is_file():  # what is read of a pipe is gone
        return False
    try:
        with path.open("rb") as file:
            return file.read(12)[4:8] == b"ftyp"
    except OSError:
        return False


def _read_clip(path: Path) -> Reading:
    from kling_desktop.media.examining import settings_inside  # PyAV: only for those who give a clip

    try:
        settings = json.loads(settings_inside(path) or "null")
    except ValueError:
        settings = None
    if not isinstance(settings, dict) or not isinstance(settings.get("request"), dict):
        raise NotUsable("This video carries no request.", "Give a clip that this app has made.")
    reading = read_body(settings["request"])
    return replace(reading, draft=with_its_origin(reading.draft, settings))
