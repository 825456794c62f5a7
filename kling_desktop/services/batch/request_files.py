"""Reads requests from files: named on the command line, or dropped on the window."""

import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path, PurePath
from typing import Any

from kling_desktop.domain.errors import UserError, os_error_reason
from kling_desktop.domain.library.concat_metadata import quote_prompts, read_concat_prompts
from kling_desktop.domain.library.lineage import with_own_origin
from kling_desktop.domain.parsing.body_parser import parse_body
from kling_desktop.domain.parsing.control_assignment import check_control, set_control
from kling_desktop.domain.parsing.parsed_request import ParsedRequest
from kling_desktop.domain.parsing.request_parser import MAX_LENGTH, parse_request
from kling_desktop.domain.parsing.request_table import (
    TABLE_SUFFIXES,
    FindPreset,
    RequestTable,
    is_request_table,
    parse_request_table,
)
from kling_desktop.domain.presets.file_format import CLAIMS_TO_BE_PRESET, SUFFIX, read_preset
from kling_desktop.domain.presets.preset import Preset
from kling_desktop.domain.request.draft import Draft, LocalImage
from kling_desktop.domain.request.form import Problem, resolve
from kling_desktop.domain.request.model_table import find_model
from kling_desktop.domain.request.models import Slot
from kling_desktop.domain.text import name_key
from kling_desktop.domain.text_decoder import decode_text

_MAX_BYTES = 4 * MAX_LENGTH
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".numbers", ".csv", ".tsv"})
"""How the files of spreadsheets begin, new and old, and end: the last two are misnamed."""


def read_request(name: str, settings: Iterable[tuple[str, str]] = (), code_page: str = "") -> ParsedRequest:
    """Read the request in a file.

    Args:
        name: Of the file; "-" is standard input.
        settings: Controls to set in it, with their values.
        code_page: Of its letters, if the user has named it.

    Raises:
        UserError: There is no request in it, or a control can't be set.
    """
    is_clip = name != "-" and _is_mp4(Path(name))
    parsed = _read_clip(Path(name)) if is_clip else _parse(name, _read_text(name, code_page))
    return _with_settings(parsed, settings)


@dataclass(frozen=True, slots=True)
class FileRequest:
    """A request from a file.

    Attributes:
        name: Of the file.
        parsed: The request.
        row: Its row as a spreadsheet numbers it, if the file is a table; 0 otherwise.
        preset_name: The preset that a table row names.
    """

    name: str
    parsed: ParsedRequest
    row: int = 0
    preset_name: str = ""

    @property
    def place(self) -> str:
        """Says where it stands, for messages."""
        return f"{self.name} row {self.row}" if self.row else self.name


def read_requests(
    name: str, settings: Iterable[tuple[str, str]], find_preset: FindPreset, code_page: str = ""
) -> tuple[FileRequest, ...]:
    """Read the requests in a file: one, or one for each row of a table.

    Raises:
        UserError: As `read_request`.
    """
    if name != "-" and _is_mp4(Path(name)):
        return (FileRequest(name, read_request(name, settings)),)
    has_table_suffix = PurePath(name).suffix.lower() in TABLE_SUFFIXES
    text = _read_text(name, code_page)
    if not has_table_suffix:
        try:
            return (FileRequest(name, _with_settings(_parse(name, text), settings)),)
        except UserError:
            if not is_request_table(text):
                raise
    table = parse_request_table(text, find_preset, _image_finder(name))
    rows = ((row, _with_warnings(row.request, table.warnings)) for row in table.rows)
    return tuple(
        FileRequest(name, _with_settings(parsed, settings), row.number, row.preset_name) for row, parsed in rows
    )


def read_table(name: str, find_preset: FindPreset, code_page: str = "") -> RequestTable:
    """Read the requests in a file that is a table."""
    return parse_request_table(_read_text(name, code_page), find_preset, _image_finder(name))


def preset_finder(presets: Iterable[Preset]) -> FindPreset:
    """Return a function that finds one of these presets by name, however it is spelled."""
    by_name = {name_key(preset.name): preset for preset in presets}
    return lambda name: by_name.get(name_key(name))


def user_preset_finder(data: Path | None = None) -> FindPreset:
    """Return a function that finds a preset of the user by name. They are read when the first is asked for.

    Args:
        data: The folder that the user has named for all data, if any.
    """

    @cache
    def find() -> FindPreset:
        from kling_desktop.store.folders import Folders  # for tables that name a preset
        from kling_desktop.store.presets.preset_folder import read_presets

        return preset_finder(read_presets(Folders.at(data).presets))

    return lambda name: find()(name)


def _image_finder(name: str) -> Callable[[str], str]:
    """Images that a table names are searched in its folder."""
    folder = Path() if name == "-" else Path(name).parent
    return lambda picture: str(folder / Path(picture).expanduser())


def _with_warnings(parsed: ParsedRequest, warnings: Iterable[str]) -> ParsedRequest:
    return replace(parsed, warnings=(*parsed.warnings, *(Problem("file", sentence) for sentence in warnings)))


def _with_settings(parsed: ParsedRequest, settings: Iterable[tuple[str, str]]) -> ParsedRequest:
    draft = parsed.draft
    problems = parsed.problems
    for control, value in settings:
        check_control(draft, control)
        problems = tuple(problem for problem in problems if problem.control != control)
        try:
            draft = set_control(draft, control, value)
        except UserError as error:
            problems = (*problems, Problem(control, str(error)))
    return replace(parsed, draft=draft, problems=problems)


def find_problems(parsed: ParsedRequest) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """Return all problems and warnings of a request, with those of local images."""
    form = resolve(parsed.draft, find_model(parsed.draft.model))
    image_problems, notes = _check_images(parsed.draft)
    problems = (*parsed.problems, *form.problems, *image_problems)
    return tuple(dict.fromkeys(problems)), (*parsed.warnings, *form.warnings, *notes)


def _check_images(draft: Draft) -> tuple[list[Problem], list[Problem]]:
    """Return what is wrong with the local images, and what is changed about them before they are sent."""
    problems, notes = list[Problem](), list[Problem]()
    for slot in Slot:
        for media in draft.used(slot):
            if isinstance(media, LocalImage):
                # Imported here, since it takes time and only few requests name an image.
                from kling_desktop.media.image.conversion import check_image

                path = Path(media.file)
                checked = check_image(path)
                if checked.problem:
                    problems.append(Problem(slot.value, checked.problem))
                elif checked.note:
                    notes.append(Problem(slot.value, f"“{path.name}”: {checked.note}."))
    return problems, notes


def _parse(name: str, text: str) -> ParsedRequest:
    """Parse the request in a text. What is plainly a preset is told as one where it can't be read."""
    is_preset = CLAIMS_TO_BE_PRESET.search(text) is not None
    try:
        parsed = parse_request(text)
    except UserError:
        if is_preset or PurePath(name).name.lower().endswith(SUFFIX):
            read_preset(text)
        raise
    if is_preset and parsed.preset is None:
        read_preset(text)
    return parsed


def _read_text(name: str, code_page: str) -> str:
    try:
        if name == "-":
            content = sys.stdin.buffer.read(_MAX_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                content = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise UserError(
            f"This file can't be read: {os_error_reason(error)}.", "Check its name and your permissions."
        ) from error
    if len(content) > _MAX_BYTES:
        raise UserError("This file is too large to be a request.", "Use a file with only the request.")
    if content.startswith(_WORKBOOKS) and PurePath(name).suffix.lower() in _WORKBOOK_SUFFIXES:
        raise UserError("This is a spreadsheet's own file.", "Save the table as “CSV UTF-8” there, and use that.")
    return decode_text(content, code_page)


def _is_mp4(path: Path) -> bool:
    if not path.is_file():  # reading from a pipe would consume it
        return False
    try:
        with path.open("rb") as file:
            return file.read(12)[4:8] == b"ftyp"
    except OSError:
        return False


def _read_clip(path: Path) -> ParsedRequest:
    # Imported here, since PyAV takes time and only few requests are read from a clip.
    from kling_desktop.media.video_inspector import read_clip_metadata_isolated
    from kling_desktop.services.clips.clip_settings import find_settings

    metadata = _parse_or_none(read_clip_metadata_isolated(path))
    if not isinstance(metadata, dict):
        metadata = _parse_or_none(find_settings(path))
    if prompts := read_concat_prompts(metadata):
        raise UserError(
            f"This video was joined from {len(prompts)} clips: {quote_prompts(prompts)}.",
            "Each of them has a request of its own. Use one of those.",
        )
    if not isinstance(metadata, dict) or not isinstance(metadata.get("request"), dict):
        raise UserError("This video contains no request.", "Use a clip made by this app.")
    parsed = parse_body(metadata["request"])
    return replace(parsed, draft=with_own_origin(parsed.draft, metadata))


def _parse_or_none(text: str | None) -> Any:
    try:
        return json.loads(text or "null")
    except (ValueError, RecursionError):
        return None
