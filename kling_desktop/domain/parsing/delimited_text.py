"""A table as text, from a file or pasted from a spreadsheet, cut into cells.

Cells are apart by tabs, semicolons or commas, whichever makes most of the first row names that are known. A cell in
quotation marks may hold all of these, line breaks too; a quotation mark elsewhere is just one: so spreadsheets paste.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from kling_desktop.domain.errors import UserError

MAX_ROWS = 1000
MAX_COLUMNS = 500
_SEPARATORS = "\t;,"
_NAMES_IT = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row as the spreadsheet numbers it, 1 for the names. is_open: a quotation mark in it never ends."""

    number: int
    cells: tuple[str, ...]
    has_open_quote: bool = False

    def cell(self, at: int) -> str:
        """ "" where the row is shorter."""
        return self.cells[at] if at < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class DelimitedTable:
    """The names as they were written, and the rows that hold anything."""

    names: tuple[str, ...]
    rows: tuple[TableRow, ...]


def parse_table(text: str, is_known: Callable[[str], bool]) -> DelimitedTable:
    """The table in a text; UserError says why there is none. is_known: whether a name is one of a column."""
    text = text.removeprefix("\ufeff")
    if named := _NAMES_IT.match(text):
        text, separators = text[named.end() :], named[1]
    else:
        separators = _SEPARATORS
    names: tuple[str, ...] = ()
    best = separators[0]
    for separator in separators:
        tried = _head(text, separator)
        if (sum(map(is_known, tried)), len(tried)) > (sum(map(is_known, names)), len(names)):
            names, best = tried, separator
    if not any(map(is_known, names)):
        raise UserError(
            "This is no table of requests: its first row names none of the columns.",
            "Name the columns in the first row: prompt, duration, size, preset and so on.",
        )
    lines: list[TableRow] = []
    for line in _lines(text, best):
        if line.number > 1 and any(cell.strip() for cell in line.cells):
            lines.append(line)
        if len(lines) > MAX_ROWS:
            raise UserError(f"This table has more than {MAX_ROWS:,} rows.", "Split it into several.")
    if not lines:
        raise UserError("There is no row below the names of the columns.", "Write a request in each row.")
    return DelimitedTable(tuple(name.strip() for name in names), tuple(lines))


def looks_like_table(text: str, is_known: Callable[[str], bool]) -> bool:
    """Whether the first row of a text names columns, and another follows."""
    head = text.lstrip("\ufeff")[:2000]
    if head.lstrip()[:1] in ("{", "["):
        return False
    return _LINE_END.search(text.strip()) is not None and any(
        any(map(is_known, _head(head, separator))) for separator in _SEPARATORS
    )


def _head(text: str, separator: str) -> tuple[str, ...]:
    """The cells of the first row; none where there are more than any table has."""
    try:
        return next(_lines(text, separator), TableRow(1, ())).cells
    except UserError:
        return ()


def _lines(text: str, separator: str) -> Iterator[TableRow]:
    at, number, cells, is_open = 0, 1, list[str](), False
    while at < len(text) or cells:
        cell, at, broken = _cell(text, at, separator)
        is_open = is_open or broken
        cells.append(cell)
        if len(cells) > MAX_COLUMNS:
            raise UserError(f"This table has more than {MAX_COLUMNS} columns.", "Leave those out that say nothing.")
        if text.startswith(separator, at):
            at += len(separator)
            if at < len(text):
                continue
            cells.append("")
        yield TableRow(number, tuple(cells), is_open)
        number, cells, is_open = number + 1, [], False
        end = _LINE_END.match(text, at)
        at = end.end() if end else len(text)


@cache
def _ends_of(separator: str) -> re.Pattern[str]:
    return re.compile(rf"[{re.escape(separator)}\r\n]")


def _cell(text: str, at: int, separator: str) -> tuple[str, int, bool]:
    """A cell, where it ends, and whether it opens quotation marks that nothing closes."""
    if text.startswith('"', at) and (closed := _quoted(text, at, separator)):
        return *closed, False
    found = _ends_of(separator).search(text, at)
    end = found.start() if found else len(text)
    bare = text[at:end]
    return bare, end, bare.startswith('"') and bare.count('"') == 1


def _quoted(text: str, at: int, separator: str) -> tuple[str, int] | None:
    """A cell in quotation marks, and where it ends; None where the marks are no frame around all of it."""
    start, close = at + 1, at + 1
    while True:
        close = text.find('"', close)
        if close < 0:
            return None
        if not text.startswith('""', close):
            break
        close += 2
    end = close + 1
    while text.startswith(" ", end) and separator != " ":
        end += 1
    if end < len(text) and not text.startswith((separator, "\n", "\r"), end):
        return None
    return _LINE_END.sub("\n", text[start:close].replace('""', '"')), end
