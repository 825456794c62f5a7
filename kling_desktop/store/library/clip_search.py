"""Finds the clips that match a query, in order, even among a hundred thousand."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from kling_desktop.domain.library.clip_query import ClipGrouping, ClipQuery, ClipSort, SearchResult, day_groups
from kling_desktop.store.database import snapshot, translate_errors
from kling_desktop.store.library.clip_order import ClipOrder, read_clip_order
from kling_desktop.store.library.clip_query_sql import find_numbers

_HEAD_SIZE = 4_096
"""How many clips are searched first: more than any screen shows, and searched in a millisecond or two."""
_MAX_SPREAD = 8
"""The numbers of the first clips may be that many times further apart than if they were consecutive; otherwise
everything is searched.
"""


class ClipSearch:
    """Searches the clips of a database. UserError if it can't be read. For another filter, extend `ClipQuery` and
    `clip_query_sql`.

    Args:
        connection: The database.
        head_size: How many of the first clips are searched before all others.
    """

    def __init__(self, connection: sqlite3.Connection, head_size: int = _HEAD_SIZE) -> None:
        self._connection = connection
        self._head_size = head_size
        self._cached_orders: dict[int, tuple[object, ClipOrder]] = {}

    def find(self, service: str, profile: str, query: ClipQuery) -> SearchResult:
        """Return the clips of an account that match a query, in its order."""
        with translate_errors(self._connection), snapshot(self._connection):
            order = self._order(service, profile, query)
            return _search_result(query, order, find_numbers(self._connection, service, query))

    def find_first(self, service: str, profile: str, query: ClipQuery, min_count: int) -> SearchResult:
        """Return the first matching clips quickly, however many clips there are: at least `min_count` of them, or
        none if there aren't that many among the first. `find` returns the rest.
        """
        limit = min_count if query.matches_all else self._head_size
        with translate_errors(self._connection), snapshot(self._connection):
            head = self._order(service, profile, query, limit)
            low, high = head.span
            if len(head.numbers) < limit:
                return _search_result(query, head, find_numbers(self._connection, service, query))
            if high - low > _MAX_SPREAD * self._head_size and not query.matches_all:
                return SearchResult(query, has_more=True)
            result = _search_result(query, head, find_numbers(self._connection, service, query, (low, high)))
        if len(result.numbers) < min_count:
            return SearchResult(query, has_more=True)
        return replace(result, has_more=True)

    def _order(self, service: str, profile: str, query: ClipQuery, limit: int = -1) -> ClipOrder:
        """Return the order of all clips, or of the first so many. It is read again only if it has changed."""
        profiles = tuple(sorted(query.profiles)) or (profile,)
        positions, ratings = self._connection.execute("SELECT places, ratings FROM clip_order").fetchone()
        ratings = ratings if query.sort is ClipSort.RATING else 0
        version = (positions, ratings, service, profiles, query.sort, query.group)
        if limit not in self._cached_orders or self._cached_orders[limit][0] != version:
            self._cached_orders.pop(limit, None)  # not both in memory
            marks = ", ".join("?" * len(profiles))
            account = f"service = ? AND profile IN ({marks}) AND binned_at IS NULL"
            order = read_clip_order(self._connection, account, (service, *profiles), query, limit)
            self._cached_orders[limit] = version, order
        return self._cached_orders[limit][1]


def _search_result(query: ClipQuery, order: ClipOrder, numbers: Sequence[int] | None) -> SearchResult:
    """Return the result for matching numbers; None for all."""
    if numbers is None:
        selected, timestamps, groups = order.numbers, order.timestamps, order.groups
    else:
        selected, timestamps, groups = order.select(numbers)
    if query.is_newest_first and query.group is ClipGrouping.DAY:
        groups = tuple(day_groups(timestamps))
    return SearchResult(query, selected, timestamps, groups)
