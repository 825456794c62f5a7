"""Parse the requests in a table: each row becomes a draft with its problems.

A column is a control (by the names that `--set` takes and by what people call it), a blank of the prompt, `preset`, or
`takes`, which says how many times the row is made. What no column sets comes from the row's preset or from an empty
form. An empty cell sets nothing.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from unicodedata import normalize

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.parsing.control_assignment import CONTROLS, set_control
from kling_desktop.domain.parsing.delimited_text import (
    MAX_ROWS,
    DelimitedTable,
    TableRow,
    looks_like_table,
    parse_table,
)
from kling_desktop.domain.parsing.parsed_request import ParsedRequest
from kling_desktop.domain.parsing.spreadsheet import cell_text, check_cell, check_value, prompt_doubt
from kling_desktop.domain.presets.preset import Preset, apply_preset
from kling_desktop.domain.request.draft import Draft, LocalImage
from kling_desktop.domain.request.form import Problem
from kling_desktop.domain.request.model_table import MODELS
from kling_desktop.domain.request.models import Slot
from kling_desktop.domain.request.template_fields import field_names, fill_fields
from kling_desktop.domain.text import is_name_letter, list_and, plural

PRESET, TAKES = "preset", "quantity"
_SIDES = ("width", "height")
"""Columns that set the size together."""
MAX_TAKES = 100
TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".tab"})
"""File name suffixes of tables."""
_COLUMN_NAMES: Mapping[str, str] = MappingProxyType(
    {
        **{control: control for control in CONTROLS},
        # In a table this is the number of takes: a request itself takes no quantity but 1.
        **dict.fromkeys(("takes", "take", "quantity", "copies", "number_of_takes"), TAKES),
        **dict.fromkeys(("preset", "preset_name"), PRESET),
        **dict.fromkeys(("length", "seconds", "duration_s"), "duration"),
        **dict.fromkeys(("aspect", "aspect_ratio", "format", "resolution"), "size"),
        **dict.fromkeys(("start", "first_frame", "start_image"), Slot.START_FRAME.value),
        **dict.fromkeys(("end", "last_frame", "end_image", "endframe"), Slot.END_FRAME.value),
        **dict.fromkeys(("references", "reference", "image_references", "ref", "refs"), Slot.IMAGE_REFERENCE.value),
        **{f"{word}_{n}": Slot.IMAGE_REFERENCE.value for word in ("reference", "ref", "image") for n in range(1, 5)},
        **{f"{word}{n}": Slot.IMAGE_REFERENCE.value for word in ("reference", "ref", "image") for n in range(1, 5)},
        **dict.fromkeys(("video", "base_video", "edit_video", "video_to_edit"), Slot.VIDEO_REFERENCE_BASE.value),
        **dict.fromkeys(("enhance",), "prompt_enhance"),
        **{side: side for side in _SIDES},
    }
)
_YES = frozenset({"true", "yes", "y", "1", "x", "on", "wahr", "ja", "vrai", "oui", "verdadero", "si", "sí", "vero"})
_NO = frozenset({"false", "no", "n", "0", "off", "falsch", "nein", "faux", "non", "falso"})
_SIZES = {preset.label.lower(): preset.name for model in MODELS.values() for preset in model.aspects}
# Spreadsheets read 16:9 as a time of day.
_TIME = re.compile(r"0?(\d{1,2}):0?(\d{1,2})(?::00(?:\.0+)?)?(?:\s?([AP])\.?M\.?)?", re.IGNORECASE)
_SHORT_TIME = re.compile(r"0{1,2}:00?:0?(\d{1,2})")
_ITEM_BREAK = re.compile(r"[\n|]")

FindPreset = Callable[[str], Preset | None]


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A row, numbered as in the spreadsheet. Its draft holds its number of takes."""

    number: int
    request: ParsedRequest
    preset_name: str = ""


@dataclass(frozen=True, slots=True)
class RequestTable:
    """The rows, and warnings about the table as a whole."""

    rows: tuple[RequestRow, ...]
    warnings: tuple[str, ...] = ()


def is_column(name: str) -> bool:
    """Whether a column of this name is known in every table. Which blanks there are depends on the preset."""
    return _normalized(name) in _COLUMN_NAMES


def is_request_table(text: str) -> bool:
    """Whether a text looks like a table of requests rather than one request."""
    return looks_like_table(text, is_column)


def parse_request_table(text: str, find_preset: FindPreset, locate: Callable[[str], str] = str) -> RequestTable:
    """Parse a table.

    Args:
        find_preset: Returns the preset of a name; None if there is none.
        locate: Returns the path of an image that a cell names.

    Raises:
        UserError: The text isn't a table of requests.
    """
    return _TableParser(parse_table(text, is_column), find_preset, locate).rows()


class _TableParser:
    def __init__(self, table: DelimitedTable, find_preset: FindPreset, locate: Callable[[str], str]) -> None:
        self._table = table
        self._find_preset = find_preset
        self._locate = locate
        self._columns = [_COLUMN_NAMES.get(_normalized(name), "") for name in table.names]
        self._blanks = {_normalized(name): at for at, name in enumerate(table.names) if not self._columns[at]}
        self._filled: set[int] = set()
        for control in dict.fromkeys(filter(None, self._columns)):
            if self._columns.count(control) > 1 and control != Slot.IMAGE_REFERENCE:
                same = (name for name, known in zip(table.names, self._columns, strict=True) if known == control)
                names = list_and(f"“{name}”" for name in same)
                raise UserError(f"Several columns set {control}: {names}.", "Keep only one of them.")
        if "size" in self._columns and set(_SIDES) & set(self._columns):
            raise UserError("Several columns set the size.", "Keep either “size” or “width” and “height”.")

    def rows(self) -> RequestTable:
        known = [at for at, control in enumerate(self._columns) if control]
        blanks = list(self._blanks.values())
        filled = (row for row in self._table.rows if any(row.cell(at).strip() for at in (*known, *blanks)))
        rows = tuple(self._row(row) for row in filled)
        ignored = [self._table.names[at] for at in blanks if self._table.names[at] and at not in self._filled]
        for name in ignored:
            from difflib import get_close_matches  # for a column that isn't known

            if close := get_close_matches(_normalized(name), _COLUMN_NAMES, 1, 0.8):
                hint = f"Did you mean “{close[0]}”? Rename the column, or remove it."
                raise UserError(f"The column “{name}” isn't known.", hint)
        warning = plural(
            len(ignored),
            one="The column {names} isn't known and is ignored.",
            other="The columns {names} aren't known and are ignored.",
            names=list_and(f"“{name}”" for name in ignored),
        )
        if (takes := sum(row.request.draft.takes for row in rows)) > MAX_ROWS:
            hint = "Split it into several tables."
            raise UserError(f"This table asks for {takes:,} takes, more than {MAX_ROWS:,}.", hint)
        warnings = [warning] if ignored else []
        if self._table.rows_above:
            warnings.append(
                plural(
                    self._table.rows_above,
                    one="1 row above the column names is ignored.",
                    other="{count} rows above the column names are ignored.",
                )
            )
        return RequestTable(rows, tuple(warnings))

    def _row(self, row: TableRow) -> RequestRow:
        draft, problems, preset_name = Draft(), list[Problem](), ""
        if row.has_open_quote:
            problems.append(Problem("file", "A quotation mark in this row is never closed"))
        if any(cell.strip() for cell in row.cells[len(self._table.names) :]):
            problems.append(Problem("file", "This row has more cells than there are columns"))
        if asked := " ".join(self._cell(row, PRESET).split()):
            if preset := self._find_preset(asked):
                draft, preset_name = apply_preset(preset, draft), preset.name
            else:
                problems.append(Problem(PRESET, f"There is no preset called “{asked[:60]}”"))
        draft = self._with_cells(draft, row, problems)
        draft = self._with_blanks(draft, row, problems)
        doubt = prompt_doubt(self._cell(row, "prompt"))
        warnings = (Problem("prompt", doubt),) if doubt else ()
        return RequestRow(row.number, ParsedRequest(draft, tuple(problems), warnings), preset_name)

    def _with_cells(self, draft: Draft, row: TableRow, problems: list[Problem]) -> Draft:
        for control, cells in self._cells(row):
            try:
                if control == "prompt":
                    draft = replace(draft, prompt=cells[0], template_fields=self._known_blanks(cells[0]))
                for cell in cells:
                    check_cell(cell)
                if control == TAKES:
                    draft = replace(draft, takes=_takes(cells[0]))
                elif control != "prompt":
                    draft = self._set(draft, control, cells)
            except UserError as error:
                problems.append(Problem("size" if control in _SIDES else control, str(error)))
        return draft

    def _cells(self, row: TableRow) -> Iterator[tuple[str, list[str]]]:
        """Yield each control with its cells, in the order of the columns. All reference columns count as one."""
        for control in dict.fromkeys(filter(None, self._columns)):
            if control in _SIDES:
                continue
            here = [cell_text(row.cell(at)).strip() for at, known in enumerate(self._columns) if known == control]
            if control != PRESET and any(here):
                yield control, [cell for cell in here if cell]
        if any(sides := [self._cell(row, side).strip() for side in _SIDES]):
            yield _SIDES[0], sides

    def _set(self, draft: Draft, control: str, cells: list[str]) -> Draft:
        if control not in set(Slot):
            if control == _SIDES[0]:
                return set_control(draft, "size", _both_sides(*cells))
            if control in _CELL_PARSERS:
                check_value(cells[0])
            return set_control(draft, control, _CELL_PARSERS.get(control, str)(cells[0]))
        slot = Slot(control)
        draft = set_control(draft, control, "")
        for cell in cells:
            for value in filter(None, map(str.strip, _ITEM_BREAK.split(cell))):
                draft = set_control(draft, control, value)
        here = (
            replace(media, file=self._locate(media.file)) if isinstance(media, LocalImage) else media
            for media in draft.media(slot)
        )
        return replace(draft.with_media(slot, tuple(here)), parked=draft.parked - {slot})

    def _with_blanks(self, draft: Draft, row: TableRow, problems: list[Problem]) -> Draft:
        values = {}
        for name in draft.template_fields:
            at = self._blanks.get(_normalized(name))
            if at is not None:
                self._filled.add(at)
                if value := cell_text(row.cell(at)).strip():
                    values[name] = value
                    try:
                        check_cell(value)
                    except UserError as error:
                        problems.append(Problem("prompt", str(error)))
        return replace(draft, prompt=fill_fields(draft.prompt, values)) if values else draft

    def _known_blanks(self, prompt: str) -> tuple[str, ...]:
        """Return the blanks in a row's own prompt. Braces that no column is named after are just braces."""
        return tuple(name for name in field_names(prompt) if _normalized(name) in self._blanks)

    def _cell(self, row: TableRow, control: str) -> str:
        here = (row.cell(at) for at, known in enumerate(self._columns) if known == control)
        return cell_text(next(here, ""))


def _normalized(name: str) -> str:
    """Return a name in lower case, with one underscore in place of everything but letters, their marks and digits."""
    letters = normalize("NFC", name.strip().lower())
    return re.sub("_+", "_", "".join(letter if is_name_letter(letter) else "_" for letter in letters)).strip("_")


def _takes(cell: str) -> int:
    check_value(cell)
    number = _number(cell)
    if not re.fullmatch(r"\d{1,9}", number) or not 1 <= int(number) <= MAX_TAKES:
        raise UserError(f"“{cell[:60]}” isn't a number of takes.", f"Give a whole number from 1 to {MAX_TAKES}.")
    return int(number)


def _number(cell: str) -> str:
    """Return a whole number that a spreadsheet wrote as "10", "10,0" or "10.00"; anything else unchanged."""
    whole, _, rest = cell.replace(",", ".").partition(".")
    return whole if not rest.strip("0") else cell


def _both_sides(width: str, height: str) -> str:
    for side in (width, height):
        check_value(side)
    if not (width and height):
        raise UserError("Only one of width and height is given.", "Give both.")
    return f"{_pixels(width)}x{_pixels(height)}"


def _pixels(cell: str) -> str:
    return _number(re.sub(r"\s*(px|pixels?)$", "", cell, flags=re.IGNORECASE))


def _seconds(cell: str) -> str:
    if time := _SHORT_TIME.fullmatch(cell):
        return time[1]
    return _number(re.sub(r"\s*(s|sec|secs|seconds|sek)\.?$", "", cell, flags=re.IGNORECASE))


def _size(cell: str) -> str:
    if read := _TIME.fullmatch(cell):
        return f"{_hour(int(read[1]), read[3])}:{int(read[2])}"
    return _SIZES.get(cell.lower(), cell)


def _hour(hour: int, half: str | None) -> int:
    """Return an hour as 16:9 has it, where the clock of the spreadsheet has twelve: 4:09 PM."""
    if half is None:
        return hour
    return hour % 12 + (12 if half.upper() == "P" else 0)


def _yes_or_no(cell: str) -> str:
    word = cell.lower()
    return "true" if word in _YES else "false" if word in _NO else cell


_CELL_PARSERS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {"duration": _seconds, "size": _size, "public": _yes_or_no, "seed": _number}
)
