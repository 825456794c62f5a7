"""Split a table, from a file or pasted from a spreadsheet, into cells.

Cells are separated by tabs, semicolons or commas: by whichever turns most of the head into known column names. A
cell in quotation marks can contain separators and line breaks. A quotation mark anywhere else is just a character,
which is how spreadsheets paste.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import islice

from kling_desktop.domain.errors import UserError

MAX_ROWS = 1000
MAX_COLUMNS = 500
_HEAD_ROWS = 20
"""How far down the column names may be: above them, people write titles."""
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
    """The column names as written, the rows below them that aren't empty, and how many rows with text are above."""

    names: tuple[str, ...]
    rows: tuple[TableRow, ...]
    rows_above: int = 0


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
    head, best = TableRow(1, ()), separators[0]
    for separator in separators:
        tried = _head(text, separator, is_known)
        if _known_and_all(tried, is_known) > _known_and_all(head, is_known):
            head, best = tried, separator
    if not any(map(is_known, head.cells)):
        raise UserError(
            "This isn't a table of requests: it contains no column names.",
            "Put column names into the first row: prompt, duration, size, preset and so on.",
        )
    rows: list[TableRow] = []
    rows_above = 0
    for row in _rows(text, best):
        if row.number != head.number and any(cell.strip() for cell in row.cells):
            if row.number < head.number:
                rows_above += 1
            else:
                rows.append(row)
        if len(rows) > MAX_ROWS:
            raise UserError(f"This table has more than {MAX_ROWS:,} rows.", "Split it into several tables.")
    if not rows:
        raise UserError("This table has no rows below the column names.", "Put one request into each row.")
    return DelimitedTable(tuple(name.strip() for name in head.cells), tuple(rows), rows_above)


def looks_like_table(text: str, is_known: Callable[[str], bool]) -> bool:
    """Whether the first row of a text contains column names, or one of the next several, and another row follows."""
    start = text.lstrip("\ufeff")[:4000]
    if start.lstrip()[:1] in ("{", "["):
        return False
    if _LINE_END.search(text.strip()) is None:
        return False
    heads = [_head(start, separator, is_known) for separator in _SEPARATORS]
    return any(sum(map(is_known, head.cells)) >= (1 if head.number == 1 else 2) for head in heads)


def _head(text: str, separator: str, is_known: Callable[[str], bool]) -> TableRow:
    """Return the row with the most column names among the first ones; the first of equal ones."""
    best = TableRow(1, ())
    with suppress(UserError):  # too many columns
        for row in islice(_rows(text, separator), _HEAD_ROWS):
            if sum(map(is_known, row.cells)) > sum(map(is_known, best.cells)) or not best.cells:
                best = row
    return best


def _known_and_all(row: TableRow, is_known: Callable[[str], bool]) -> tuple[int, int]:
    return sum(map(is_known, row.cells)), len(row.cells)


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
