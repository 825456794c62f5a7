"""A fresh database for a test, copied instead of made anew by every migration."""

import sqlite3
import tempfile
from functools import cache
from pathlib import Path

from kling_desktop.store.database import open_database


def open_test_database(path: Path) -> sqlite3.Connection:
    """Open the database as the app does; a new one is a copy of one that the app has made."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_fresh_database())
    return open_database(path)


@cache
def _fresh_database() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kling.db"
        open_database(path).close()
        return path.read_bytes()
