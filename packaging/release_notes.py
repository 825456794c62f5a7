"""Prints a version's section of the changelog: the notes of its release. `release_notes.py 0.2.0`"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def notes_of(changelog: str, version: str) -> str:
    """Return the text below the version's heading. Raises LookupError if the changelog doesn't have it."""
    section = re.search(rf"^## {re.escape(version)}\b[^\n]*\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    if section is None or not section[1].strip():
        raise LookupError(f"CHANGELOG.md has no section for {version}.")
    return section[1].strip() + "\n"


if __name__ == "__main__":
    sys.stdout.write(notes_of((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), sys.argv[1]))
