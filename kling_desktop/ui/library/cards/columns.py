"""The columns of the list view: one table for its header and its rows."""

from dataclasses import dataclass
from typing import Final

from kling_desktop.domain.library.clip_query import ClipSort
from kling_desktop.ui.theme import SPACE

POSTER: Final = (84, 48)
"""Width and height of the thumbnail at the left of a row, px."""
_GAP: Final = SPACE.M


@dataclass(frozen=True, slots=True)
class Column:
    """name: the heading. sort: the order that a click on it requests. least: the width of the whole row, px, from which
    the column is shown.
    """

    name: str
    width: int
    least: int = 0
    is_number: bool = False
    sort: ClipSort | None = None


PROMPT: Final = Column("Prompt", 0)
WAY: Final = Column("Type", 118, 780)
ASPECT: Final = Column("Aspect", 42, 860, is_number=True)
LENGTH: Final = Column("Length", 44, is_number=True, sort=ClipSort.LENGTH)
RATING: Final = Column("Rating", 66, 560, sort=ClipSort.RATING)
PRICE: Final = Column("Price", 64, 640, is_number=True, sort=ClipSort.PRICE)
DATE: Final = Column("Date", 106, 460, sort=ClipSort.NEWEST)
_COLUMNS: Final = (PROMPT, WAY, ASPECT, LENGTH, RATING, PRICE, DATE)


def places(width: int) -> list[tuple[Column, int, int]]:
    """(column, left, width) of the columns that fit into `width` px. The prompt takes the remaining width."""
    shown = [column for column in _COLUMNS if width >= column.least]
    left = SPACE.S + POSTER[0] + SPACE.M
    prompt = width - left - SPACE.M - sum(column.width + _GAP for column in shown[1:])
    placed = []
    for column in shown:
        wide = max(0, prompt) if column is PROMPT else column.width
        placed.append((column, left, wide))
        left += wide + _GAP
    return placed
