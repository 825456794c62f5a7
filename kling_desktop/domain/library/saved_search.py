"""A search kept under a name."""

from dataclasses import dataclass

from kling_desktop.domain.library.clip_query import Query


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """The moments of its query are those of the day it is asked on: see `Query.dated`."""

    name: str
    query: Query
