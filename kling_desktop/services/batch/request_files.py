"""Read the request in a file that somebody names on the command line or drops on the window. No Qt, no network."""

import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path, PurePath

from kling_desktop.domain.errors import UserError, os_error_reason
from kling_desktop.domain.library.concat_metadata import quote_prompts, read_concat_prompts
from kling_desktop.domain.library.lineage import with_own_origin
from kling_desktop.domain.parsing.body_parser import ParsedRequest, parse_body
from kling_desktop.domain.parsing.control_assignment import check_control, set_control
from kling_desktop.domain.parsing.request_parser import MAX_LENGTH, parse_request
from kling_desktop.domain.parsing.request_table import (
    TABLE_SUFFIXES,
    FindPreset,
    RequestTable,
    is_request_table,
    parse_request_table,
)
from kling_desktop.domain.presets.preset import Preset
from kling_desktop.domain.request.draft import Draft, LocalImage
from kling_desktop.domain.request.form import Problem, resolve
from kling_desktop.domain.request.models import Slot, find_model

_MOST_BYTES = 4 * MAX_LENGTH


def read_file(name: str, settings: Iterable[tuple[str, str]] = ()) -> ParsedRequest:
    """The request in a file, or on standard input for "-", with controls set; UserError says why there is none, or what
    can't be set in it.
    """
    reading = _read_clip(Path(name)) if name != "-" and _is_mp4(Path(name)) else parse_request(_text(name))
    return _with_set(reading, settings)


@dataclass(frozen=True, slots=True)
class FileRequest:
    """A request that a file asks for. row: as the spreadsheet numbers it, where the file is a table; 0 otherwise."""

    name: str
    parsed: ParsedRequest
    row: int = 0
    preset_name: str = ""

    @property
    def place(self) -> str:
        return f"{self.name} row {self.row}" if self.row else self.name


def read_all(name: str, settings: Iterable[tuple[str, str]], find_preset: FindPreset) -> tuple[FileRequest, ...]:
    """The requests in a file: one, or those of a table's rows. UserError as read_file."""
    if name != "-" and _is_mp4(Path(name)):
        return (FileRequest(name, read_file(name, settings)),)
    is_named_so = PurePath(name).suffix.lower() in TABLE_SUFFIXES
    text = _text(name, may_be_ansi=is_named_so)
    if not is_named_so:
        try:
            return (FileRequest(name, _with_set(parse_request(text), settings)),)
        except UserError:
            if not is_request_table(text):
                raise
    table = parse_request_table(text, find_preset, _beside(name))
    return tuple(
        FileRequest(name, _with_set(_warned(row.request, table.warnings), settings), row.number, row.preset_name)
        for row in table.rows
    )


def read_table_file(name: str, find_preset: FindPreset) -> RequestTable:
    """The requests in a file that is a table."""
    return parse_request_table(_text(name, may_be_ansi=True), find_preset, _beside(name))


def preset_finder(presets: Iterable[Preset]) -> FindPreset:
    """By what they are called, whatever the case."""
    by_name = {preset.name.casefold(): preset for preset in presets}
    return lambda name: by_name.get(name.casefold())


def user_preset_finder() -> FindPreset:
    """The user's presets by name, read when the first one is asked for."""

    @cache
    def find() -> FindPreset:
        from kling_desktop.store.folders import Folders  # for tables that name a preset
        from kling_desktop.store.presets.preset_folder import read_presets

        return preset_finder(read_presets(Folders.for_user().presets))

    return lambda name: find()(name)


def _beside(name: str) -> Callable[[str], str]:
    """Pictures that a table names are looked for beside it."""
    folder = Path() if name == "-" else Path(name).parent
    return lambda picture: str(folder / Path(picture).expanduser())


def _warned(reading: ParsedRequest, warnings: Iterable[str]) -> ParsedRequest:
    return replace(reading, warnings=(*reading.warnings, *(Problem("file", sentence) for sentence in warnings)))


def _with_set(reading: ParsedRequest, settings: Iterable[tuple[str, str]]) -> ParsedRequest:
    draft = reading.draft
    problems = reading.problems
    for control, value in settings:
        check_control(draft, control)
        problems = tuple(problem for problem in problems if problem.control != control)
        try:
            draft = set_control(draft, control, value)
        except UserError as error:
            problems = (*problems, Problem(control, str(error)))
    return replace(reading, draft=draft, problems=problems)


def find_problems(reading: ParsedRequest) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """All problems and all warnings, those of local pictures included."""
    form = resolve(reading.draft, find_model(reading.draft.model))
    problems = (*reading.problems, *form.problems, *_problems_of_pictures(reading.draft))
    return tuple(dict.fromkeys(problems)), (*reading.warnings, *form.warnings)


def _problems_of_pictures(draft: Draft) -> Iterable[Problem]:
    for slot in Slot:
        for media in draft.used(slot):
            if isinstance(media, LocalImage):
                # Here, because only few requests name a picture, and reading one costs a start-up its time.
                from kling_desktop.media.image.validation import image_problem

                if sentence := image_problem(Path(media.file)):
                    yield Problem(slot.value, sentence)


def _text(name: str, *, may_be_ansi: bool = False) -> str:
    try:
        if name == "-":
            content = sys.stdin.buffer.read(_MOST_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise UserError(
            f"This file can't be read: {os_error_reason(error)}.", "Check its name and your permissions."
        ) from error
    if len(content) > _MOST_BYTES:
        raise UserError("This file is too large to be a request.", "Use a file with only the request.")
    try:
        return content.decode("utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig")
    except UnicodeDecodeError as error:
        if may_be_ansi and b"\0" not in content:
            return content.decode("cp1252", "replace")  # "CSV" as Excel writes it in the west
        raise UserError(
            "This file is not text.", "Use a request body, a curl command, or a clip made by this app."
        ) from error


def _is_mp4(path: Path) -> bool:
    if not path.is_file():  # what is read of a pipe is gone
        return False
    try:
        with path.open("rb") as file:
            return file.read(12)[4:8] == b"ftyp"
    except OSError:
        return False


def _read_clip(path: Path) -> ParsedRequest:
    from kling_desktop.media.video_inspector import (
        read_clip_metadata_isolated,  # PyAV: only for those who give a clip
    )

    try:
        settings = json.loads(read_clip_metadata_isolated(path) or "null")
    except ValueError:
        settings = None
    if joined := read_concat_prompts(settings):
        raise UserError(
            f"This video was joined from {len(joined)} clips: {quote_prompts(joined)}.",
            "Each of them has a request of its own: use one of those.",
        )
    if not isinstance(settings, dict) or not isinstance(settings.get("request"), dict):
        raise UserError("This video contains no request.", "Use a clip made by this app.")
    reading = parse_body(settings["request"])
    return replace(reading, draft=with_own_origin(reading.draft, settings))
