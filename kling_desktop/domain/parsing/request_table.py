"""The requests in a table: what each column sets, and each row as a draft with what is wrong in it.

A column is a control (the names that `--set` takes, and what people call them), a blank of the prompt, `preset`, or
`takes`, which is how many times the row is made. What no column sets is as the row's preset or the form has it; an
empty cell sets nothing.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.parsing.body_parser import ParsedRequest
from kling_desktop.domain.parsing.control_assignment import CONTROLS, set_control
from kling_desktop.domain.parsing.delimited_text import (
    MAX_ROWS,
    DelimitedTable,
    TableRow,
    looks_like_table,
    parse_table,
)
from kling_desktop.domain.presets.preset import Preset, apply_preset
from kling_desktop.domain.request.draft import Draft, LocalImage
from kling_desktop.domain.request.form import Problem
from kling_desktop.domain.request.models import MODELS, Slot
from kling_desktop.domain.request.template_fields import field_names, fill_fields

PRESET, TAKES = "preset", "quantity"
MAX_TAKES = 100
TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".tab"})
"""How the names of files end that are tables."""
_CALLED: Mapping[str, str] = MappingProxyType(
    {
        **{control: control for control in CONTROLS},
        # In a table it is how many takes are made: the request itself takes no quantity but 1.
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
    }
)
_YES = frozenset({"true", "yes", "y", "1", "x", "on", "wahr", "ja", "vrai", "oui", "verdadero", "si", "sí", "vero"})
_NO = frozenset({"false", "no", "n", "0", "off", "falsch", "nein", "faux", "non", "falso"})
_SIZES = {preset.label.lower(): preset.name for model in MODELS.values() for preset in model.aspects}
# Spreadsheets take 16:9 for a time of the day.
_AS_TIME = re.compile(r"0?(\d{1,2}):0?(\d{1,2})(?::00)?")
_SEVERAL = re.compile(r"[\n|]")

FindPreset = Callable[[str], Preset | None]


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A row as the spreadsheet numbers it. The draft of its reading asks for its takes."""

    number: int
    request: ParsedRequest
    preset_name: str = ""


@dataclass(frozen=True, slots=True)
class RequestTable:
    """The rows, and what there is to know of the table as a whole."""

    rows: tuple[RequestRow, ...]
    warnings: tuple[str, ...] = ()


def is_column(name: str) -> bool:
    """Whether a name is one that every table may have; blanks depend on the preset."""
    return _plain(name) in _CALLED


def is_request_table(text: str) -> bool:
    """Whether a text looks like a table of requests, rather than one request."""
    return looks_like_table(text, is_column)


def parse_request_table(text: str, find_preset: FindPreset, locate: Callable[[str], str] = str) -> RequestTable:
    """The requests in a table; UserError where it is none. place: where a picture lies that a cell names."""
    return _TableParser(parse_table(text, is_column), find_preset, locate).rows()


class _TableParser:
    def __init__(self, table: DelimitedTable, find_preset: FindPreset, place: Callable[[str], str]) -> None:
        self._table = table
        self._find_preset = find_preset
        self._place = place
        self._columns = [_CALLED.get(_plain(name), "") for name in table.names]
        self._blanks = {_plain(name): at for at, name in enumerate(table.names) if not self._columns[at]}
        self._filled: set[int] = set()
        for control in dict.fromkeys(filter(None, self._columns)):
            if self._columns.count(control) > 1 and control != Slot.IMAGE_REFERENCE:
                both = (name for name, known in zip(table.names, self._columns, strict=True) if known == control)
                twice = " and ".join(f"“{name}”" for name in both)
                raise UserError(f"The columns {twice} both set {control}.", "Leave one of them.")

    def rows(self) -> RequestTable:
        known = [at for at, control in enumerate(self._columns) if control]
        blanks = list(self._blanks.values())
        lines = [line for line in self._table.rows if any(line.cell(at).strip() for at in (*known, *blanks))]
        rows = tuple(self._row(line) for line in lines)
        ignored = [self._table.names[at] for at in blanks if self._table.names[at] and at not in self._filled]
        for name in ignored:
            from difflib import get_close_matches  # for a column that isn't known

            if close := get_close_matches(_plain(name), _CALLED, 1, 0.8):
                advice = f"Did you mean “{close[0]}”? Rename it, or leave it out."
                raise UserError(f"There is no column “{name}”.", advice)
        told = " and ".join(f"“{name}”" for name in ignored)
        is_one = len(ignored) == 1
        said = f"The column{'' if is_one else 's'} {told} {'is' if is_one else 'are'} no control or blank, and ignored."
        if (takes := sum(row.request.draft.takes for row in rows)) > MAX_ROWS:
            raise UserError(f"This table asks for {takes:,} takes, more than {MAX_ROWS:,}.", "Split it into several.")
        return RequestTable(rows, (said,) if ignored else ())

    def _row(self, line: TableRow) -> RequestRow:
        draft, problems, preset_name = Draft(), list[Problem](), ""
        if line.has_open_quote:
            problems.append(Problem("file", "A quotation mark is opened here and never closed"))
        if any(cell.strip() for cell in line.cells[len(self._table.names) :]):
            problems.append(Problem("file", "There are more cells here than columns have names"))
        if asked := " ".join(self._cell(line, PRESET).split()):
            if preset := self._find_preset(asked):
                draft, preset_name = apply_preset(preset, draft), preset.name
            else:
                problems.append(Problem(PRESET, f"There is no preset called “{asked[:60]}”"))
        draft = self._with_cells(draft, line, problems)
        draft = self._with_blanks(draft, line)
        return RequestRow(line.number, ParsedRequest(draft, tuple(problems)), preset_name)

    def _with_cells(self, draft: Draft, line: TableRow, problems: list[Problem]) -> Draft:
        for control, cells in self._cells(line):
            try:
                if control == TAKES:
                    draft = replace(draft, takes=_takes(cells[0]))
                elif control == "prompt":
                    draft = replace(draft, prompt=cells[0], template_fields=self._known_blanks(cells[0]))
                else:
                    draft = self._set(draft, control, cells)
            except UserError as error:
                problems.append(Problem(control, str(error)))
        return draft

    def _cells(self, line: TableRow) -> Iterator[tuple[str, list[str]]]:
        """What is to be set, in the order of the columns; the cells of all columns of references as one."""
        for control in dict.fromkeys(filter(None, self._columns)):
            here = [line.cell(at).strip() for at, known in enumerate(self._columns) if known == control]
            if control != PRESET and any(here):
                yield control, [cell for cell in here if cell]

    def _set(self, draft: Draft, control: str, cells: list[str]) -> Draft:
        if control not in set(Slot):
            return set_control(draft, control, _READ.get(control, str)(cells[0]))
        slot = Slot(control)
        draft = set_control(draft, control, "")
        for cell in cells:
            for value in filter(None, map(str.strip, _SEVERAL.split(cell))):
                draft = set_control(draft, control, value)
        here = (
            replace(media, file=self._place(media.file)) if isinstance(media, LocalImage) else media
            for media in draft.media(slot)
        )
        return replace(draft.with_media(slot, tuple(here)), parked=draft.parked - {slot})

    def _with_blanks(self, draft: Draft, line: TableRow) -> Draft:
        values = {}
        for name in draft.template_fields:
            at = self._blanks.get(_plain(name))
            if at is not None:
                self._filled.add(at)
                if value := line.cell(at).strip():
                    values[name] = value
        return replace(draft, prompt=fill_fields(draft.prompt, values)) if values else draft

    def _known_blanks(self, prompt: str) -> tuple[str, ...]:
        """The blanks of a row's own prompt: braces that no column is named after are braces."""
        return tuple(name for name in field_names(prompt) if _plain(name) in self._blanks)

    def _cell(self, line: TableRow, control: str) -> str:
        return next((line.cell(at) for at, known in enumerate(self._columns) if known == control), "")


def _plain(name: str) -> str:
    """A name without case, and with one underscore for all that is no letter or figure."""
    return re.sub(r"[^\w]+|_+", "_", name.strip().lower()).strip("_")


def _takes(cell: str) -> int:
    number = _number(cell)
    if not number.isdecimal() or not 1 <= int(number) <= MAX_TAKES:
        raise UserError(f"“{cell[:60]}” is no number of takes.", f"Give a whole number from 1 to {MAX_TAKES}.")
    return int(number)


def _number(cell: str) -> str:
    """A whole number as spreadsheets write it: "10", "10,0", "10.00"."""
    whole, _, rest = cell.replace(",", ".").partition(".")
    return whole if not rest.strip("0") else cell


def _seconds(cell: str) -> str:
    return _number(re.sub(r"\s*(s|sec|secs|seconds|sek)\.?$", "", cell, flags=re.IGNORECASE))


def _size(cell: str) -> str:
    if read := _AS_TIME.fullmatch(cell):
        return f"{int(read[1])}:{int(read[2])}"
    return _SIZES.get(cell.lower(), cell)


def _yes_or_no(cell: str) -> str:
    word = cell.lower()
    return "true" if word in _YES else "false" if word in _NO else cell


def _seed(cell: str) -> str:
    if re.fullmatch(r"[\d.,]+E\+\d+", cell, re.IGNORECASE):
        advice = "Format its column as whole numbers."
        raise UserError(f"The spreadsheet has shortened the seed to {cell[:30]}.", advice)
    return _number(cell)


_READ: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {"duration": _seconds, "size": _size, "public": _yes_or_no, "seed": _seed}
)
