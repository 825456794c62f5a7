"""The home that the program of 2a0dd0b has left, unpacked into a folder of the test's own."""

import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

ARCHIVE = Path(__file__).parent / "recorded" / "home.tar.xz"
EXPORTED_PRESETS = ARCHIVE.with_name("presets.klingpresets")
"""Its presets in one file, as 2a0dd0b exported them."""
MADE_AT = "/home/kling"
"""Where it was made: files and the database name pictures and clips by their whole paths."""


def unpack(folder: Path) -> Path:
    """The home, whose paths lead into itself."""
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    home = folder / "kling"
    for path in home.rglob("*"):
        if path.suffix in (".json", ".jsonl") and path.is_file():
            path.write_text(path.read_text(encoding="utf-8").replace(MADE_AT, str(home)), encoding="utf-8")
    _move_rows(home / "data" / "kling-desktop" / "kling.db", home)
    return home


def _move_rows(database: Path, home: Path) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'clip_words%'"
        for (table,) in connection.execute(tables).fetchall():
            for _, column, kind, *_ in connection.execute(f"PRAGMA table_info({table})").fetchall():
                if kind == "TEXT":
                    new = f"replace({column}, ?, ?) WHERE instr({column}, ?)"
                    connection.execute(f"UPDATE {table} SET {column} = {new}", (MADE_AT, str(home), MADE_AT))
