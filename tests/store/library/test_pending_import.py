"""The import that continues at the next start, on disk."""

from pathlib import Path

import pytest

from kling_desktop.store.library.pending_import import PendingAccountImport, PendingImportFile


def test_an_import_is_remembered_until_it_is_finished(tmp_path: Path) -> None:
    pending = PendingImportFile(tmp_path / "data" / "import.json")
    assert pending.load() is None
    pending.save(PendingAccountImport("leonardo", "default", all_sizes=True))
    assert PendingImportFile(tmp_path / "data" / "import.json").load() == PendingAccountImport(
        "leonardo", "default", all_sizes=True
    )
    pending.clear()
    pending.clear()
    assert pending.load() is None


@pytest.mark.parametrize("told", ["", "{", "[]", '{"service": "s"}', '{"service": 1, "profile": "p", "everything": 1}'])
def test_a_malformed_file_is_no_import(tmp_path: Path, told: str) -> None:
    (tmp_path / "import.json").write_text(told)
    assert PendingImportFile(tmp_path / "import.json").load() is None
