"""Split a table, from a file or pasted from a spreadsheet, into cells.

Cells are separated by tabs, semicolons or commas: by whichever turns most of the first row into known column names. A
cell in quotation marks can contain separators and line breaks. A quotation mark anywhere else is just a character,
which is how spreadsheets paste.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from kling_desktop.domain.errors import UserError

MAX_ROWS = 1000
MAX_COLUMNS = 500
_SEPARATORS = "\t;,"
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row.

    Attributes:
        number: As the spreadsheet counts, with 1 for the column names.
        has_open_quote: A quotation mark in it is never closed.
    """

    number: int
    cells: tuple[str, ...]
    has_open_quote: bool = False

    def cell(self, at: int) -> str:
        """Return a cell; "" if the row is shorter."""
        return self.cells[at] if at < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class DelimitedTable:
    """The column names as written, and the rows that aren't empty."""

    names: tuple[str, ...]
    rows: tuple[TableRow, ...]


def parse_table(text: str, is_known: Callable[[str], bool]) -> DelimitedTable:
    """Parse a table.

    Args:
        is_known: Whether a name is that of a column.

    Raises:
        UserError: The text isn't a table of requests.
    """
    text = text.removeprefix("\ufeff")
    if named := _SEPARATOR_LINE.match(text):
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
            "This isn't a table of requests: its first row contains no column name.",
            "Put column names into the first row: prompt, duration, size, preset and so on.",
        )
    rows: list[TableRow] = []
    for row in _rows(text, best):
        if row.number > 1 and any(cell.strip() for cell in row.cells):
            rows.append(row)
        if len(rows) > MAX_ROWS:
            raise UserError(f"This table has more than {MAX_ROWS:,} rows.", "Split it into several tables.")
    if not rows:
        raise UserError("This table has no rows below the column names.", "Put one request into each row.")
    return DelimitedTable(tuple(name.strip() for name in names), tuple(rows))


def looks_like_table(text: str, is_known: Callable[[str], bool]) -> bool:
    """Whether the first row of a text contains column names, and another row follows."""
    head = text.lstrip("\ufeff")[:2000]
    if head.lstrip()[:1] in ("{", "["):
        return False
    return _LINE_END.search(text.strip()) is not None and any(
        any(map(is_known, _head(head, separator))) for separator in _SEPARATORS
    )


def _head(text: str, separator: str) -> tuple[str, ...]:
    """Return the cells of the first row; none if there are too many."""
    try:
        return next(_rows(text, separator), TableRow(1, ())).cells
    except UserError:
        return ()


def _rows(text: str, separator: str) -> Iterator[TableRow]:
    at, number, cells, is_open = 0, 1, list[str](), False
    while at < len(text) or cells:
        cell, at, broken = _cell(text, at, separator)
        is_open = is_open or broken
        cells.append(cell)
        if len(cells) > MAX_COLUMNS:
            raise UserError(f"This table has more than {MAX_COLUMNS} columns.", "Remove columns that aren't needed.")
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
    """Return a cell, where it ends, and whether it opens quotes that never close."""
    if text.startswith('"', at) and (closed := _quoted(text, at, separator)):
        return *closed, False
    found = _ends_of(separator).search(text, at)
    end = found.start() if found else len(text)
    bare = text[at:end]
    return bare, end, bare.startswith('"') and bare.count('"') == 1


def _quoted(text: str, at: int, separator: str) -> tuple[str, int] | None:
    """Return a quoted cell and where it ends; None if the quotes don't enclose the whole cell."""
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
