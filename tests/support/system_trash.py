"""The bin that Linux desktops share, in a home of the test's own."""

from pathlib import Path

import pytest
import send2trash
from send2trash import plat_other


def own_trash(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files go there from now on, each into `files`; it doesn't exist before the first. home: on the volume of the
    files.
    """
    (home / "share").mkdir(parents=True, exist_ok=True)
    monkeypatch.setenv("HOME", str(home))
    # The library has looked at the environment when it was loaded.
    monkeypatch.setattr(plat_other, "XDG_DATA_HOME", str(home / "share").encode())
    monkeypatch.setattr(plat_other, "HOMETRASH_B", str(home / "share/Trash").encode())
    monkeypatch.setattr(send2trash, "send2trash", plat_other.send2trash)
    return home / "share/Trash"
