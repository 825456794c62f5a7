"""The home folder that the program left behind at 2a0dd0b, unpacked for a test."""

import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

ARCHIVE = Path(__file__).parent / "recorded" / "home.tar.xz"
EXPORTED_PRESETS = ARCHIVE.with_name("presets.klingpresets")
"""The presets of that home, exported at 2a0dd0b."""
MADE_AT = "/home/kling"
"""Where it was recorded. Its files and its database hold absolute paths of images and clips."""


def unpack(folder: Path) -> Path:
    """Unpack it and make its absolute paths point to where it is now. Returns the home folder."""
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    home = folder / "kling"
    for path in home.rglob("*"):
        if path.suffix in (".json", ".jsonl") and path.is_file():
            path.write_text(path.read_text(encoding="utf-8").replace(MADE_AT, str(home)), encoding="utf-8")
    _relocate_rows(home / "data" / "kling-desktop" / "kling.db", home)
    return home


def _relocate_rows(database: Path, home: Path) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'clip_words%'"
        for (table,) in connection.execute(tables).fetchall():
            for _, column, kind, *_ in connection.execute(f"PRAGMA table_info({table})").fetchall():
                if kind == "TEXT":
                    new = f"replace({column}, ?, ?) WHERE instr({column}, ?)"
                    connection.execute(f"UPDATE {table} SET {column} = {new}", (MADE_AT, str(home), MADE_AT))
