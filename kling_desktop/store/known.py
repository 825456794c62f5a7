"""What the clips of an account can be told apart by."""

import sqlite3

from kling_desktop.domain.filters import Known
from kling_desktop.domain.model import Size

_MOST = 40
_MOST_ASPECTS = 10
_ACCOUNT = "service = ? AND profile = ? AND binned_at IS NULL"
_PRESETS = f"""
    SELECT preset, max(made_at) FROM clips WHERE {_ACCOUNT} AND preset <> ''
    GROUP BY preset ORDER BY 2 DESC LIMIT {_MOST}
"""
_TAGS = f"""
    SELECT value, count(*) FROM clips, json_each(tags) WHERE {_ACCOUNT} AND tags <> '[]'
    GROUP BY value ORDER BY 2 DESC, 1 LIMIT {_MOST}
"""
_SECONDS = f"SELECT DISTINCT CAST(round(seconds) AS INTEGER) FROM clips WHERE {_ACCOUNT} LIMIT {_MOST}"
_SIZES = f"SELECT DISTINCT width, height FROM clips WHERE {_ACCOUNT} LIMIT {_MOST}"


def read_known(connection: sqlite3.Connection, service: str, profile: str) -> Known:
    """Presets by their IDs alone, the last used first; the tags that many clips have first."""

    def ask(sql: str) -> list[tuple[object, ...]]:
        return connection.execute(sql, (service, profile)).fetchall()

    usual = Known()
    profiles = connection.execute("SELECT DISTINCT profile FROM clips WHERE service = ? ORDER BY 1", (service,))
    aspects = (Size(*size).aspect for size in connection.execute(_SIZES, (service, profile)))
    return Known(
        presets={str(row[0]): "" for row in ask(_PRESETS)},
        profiles=tuple(profile for (profile,) in profiles.fetchall()),
        tags=tuple(str(row[0]) for row in ask(_TAGS)),
        seconds=tuple(sorted({*usual.seconds, *(int(str(row[0])) for row in ask(_SECONDS))})),
        aspects=tuple(dict.fromkeys((*usual.aspects, *aspects)))[:_MOST_ASPECTS],
    )
