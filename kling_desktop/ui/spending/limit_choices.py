"""A way on from a question about money."""

from collections.abc import Callable
from typing import NamedTuple


class LimitChoice(NamedTuple):
    """What its button says, and what is done when that is pressed."""

    words: str
    go: Callable[[], None]
