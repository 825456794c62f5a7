"""A choice in the limit dialog."""

from collections.abc import Callable
from typing import NamedTuple


class LimitChoice(NamedTuple):
    """The button's text, and what pressing it does."""

    words: str
    go: Callable[[], None]
