"""Which clips answer a query, in which order, however many there are."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from kling_desktop.domain.library.clip_query import ClipGrouping, ClipQuery, ClipSort, SearchResult, day_groups
from kling_desktop.store.database import snapshot, translate_errors
from kling_desktop.store.library.clip_order import ClipOrder, read_clip_order
from kling_desktop.store.library.clip_query_sql import find_numbers

_HEAD_SIZE = 4_096
"""Clips: more than any screen shows, and searched in a millisecond or two."""
_MAX_SPREAD = 8
"""The head's numbers may lie so many times further apart than if they were consecutive; else all is searched."""


class ClipSearch:
    """Of one connection's database; UserError when that can't be read. head: the first so many clips of an order are
    searched before all others. To find by more, extend `Query` and `conditions`.
    """

    def __init__(self, connection: sqlite3.Connection, head_size: int = _HEAD_SIZE) -> None:
        self._connection = connection
        self._head_size = head_size
        self._cached_orders: dict[int, tuple[object, ClipOrder]] = {}

    def find(self, service: str, profile: str, query: ClipQuery) -> SearchResult:
        """Which clips of an account answer a query, in its order."""
        with translate_errors(self._connection), snapshot(self._connection):
            order = self._order(service, profile, query)
            return _search_result(query, order, find_numbers(self._connection, service, query))

    def find_first(self, service: str, profile: str, query: ClipQuery, min_count: int) -> SearchResult:
        """The first clips that answer a query, at once however many there are: `least` of them or more, where there
        are so many, else none. What else there is to be found, `find` tells.
        """
        most = min_count if query.matches_all else self._head_size
        with translate_errors(self._connection), snapshot(self._connection):
            head = self._order(service, profile, query, most)
            low, high = head.span
            if len(head.numbers) < most:
                return _search_result(query, head, find_numbers(self._connection, service, query))
            if high - low > _MAX_SPREAD * self._head_size and not query.matches_all:
                return SearchResult(query, has_more=True)
            found = _search_result(query, head, find_numbers(self._connection, service, query, (low, high)))
        return replace(found, has_more=True) if len(found.numbers) >= min_count else SearchResult(query, has_more=True)

    def _order(self, service: str, profile: str, query: ClipQuery, most: int = -1) -> ClipOrder:
        """All of it, or the first so many. Read anew only once it has changed since."""
        profiles = tuple(sorted(query.profiles)) or (profile,)
        places, ratings = self._connection.execute("SELECT places, ratings FROM clip_order").fetchone()
        kind = (places, ratings if query.sort is ClipSort.RATING else 0, service, profiles, query.sort, query.group)
        if most not in self._cached_orders or self._cached_orders[most][0] != kind:
            self._cached_orders.pop(most, None)  # not both at once
            marks = ", ".join("?" * len(profiles))
            account = f"service = ? AND profile IN ({marks}) AND binned_at IS NULL"
            self._cached_orders[most] = (
                kind,
                read_clip_order(self._connection, account, (service, *profiles), query, most),
            )
        return self._cached_orders[most][1]


def _search_result(query: ClipQuery, order: ClipOrder, numbers: Sequence[int] | None) -> SearchResult:
    """numbers: of those that answer, None for all."""
    told, moments, groups = (
        (order.numbers, order.timestamps, order.groups) if numbers is None else order.select(numbers)
    )
    if query.is_newest_first and query.group is ClipGrouping.DAY:
        groups = tuple(day_groups(moments))
    return SearchResult(query, told, moments, groups)
