"""Everything but keys goes from one data folder to another, in one file."""

import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from kling_desktop.domain.errors import UserError
from kling_desktop.store.backup.archive import MANIFEST, BackupStopped, write_backup
from kling_desktop.store.backup.restoration import finish_restoration, read_contents, stage_backup
from kling_desktop.store.database import open_database
from kling_desktop.store.folders import Folders
from kling_desktop.store.jobs.process_lock import ProcessLock
from tests.contract import old_home


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    """A home with clips, jobs in ten states, presets, a draft, searches and a ledger."""
    home = old_home.unpack(tmp_path_factory.mktemp("old"))
    folders = Folders(
        home / "data/kling-desktop",
        home / "config/kling-desktop",
        home / "cache/kling-desktop",
        home / "state/kling-desktop/log",
        home / "Videos/Kling Desktop",
    )
    open_database(folders.database).close()  # brings it to this version
    return folders


@pytest.fixture(scope="module")
def backup(old: Folders, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("backup") / "mine.klingbackup"
    write_backup(old, file, with_clips=True)
    return file


def rows(folders: Folders, table: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folders.database)) as connection:
        return connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()


def restore(backup: Path, folders: Folders) -> str:
    folders.ensure()
    stage_backup(backup, folders)
    return finish_restoration(folders)


def test_everything_arrives_in_another_data_folder(old: Folders, backup: Path, tmp_path: Path) -> None:
    new = Folders.under(tmp_path / "new place")
    assert "restored" in restore(backup, new)
    for table in ("charges", "prices", "claims", "uploads", "line"):
        assert rows(new, table) == rows(old, table)
    assert [row[:6] for row in rows(new, "jobs")] == [row[:6] for row in rows(old, "jobs")]
    presets = sorted(file.name for file in old.presets.glob("*.json"))
    assert presets
    assert sorted(file.name for file in new.presets.glob("*.json")) == presets
    assert (new.settings.read_text() != "") is old.settings.exists()


def test_paths_lead_to_the_new_folders(old: Folders, backup: Path, tmp_path: Path) -> None:
    new = Folders.under(tmp_path / "new")
    restore(backup, new)
    texts = [file.read_text("utf-8") for place in (new.data, new.config) for file in place.rglob("*.json*")]
    texts += [str(row) for table in ("jobs", "clips", "lineage") for row in rows(new, table)]
    assert not [text for text in texts if str(old.data) in text]
    with closing(sqlite3.connect(new.database)) as connection:
        files = [Path(file) for (file,) in connection.execute("SELECT file FROM clips WHERE missing = 0")]
        posters = [Path(poster) for (poster,) in connection.execute("SELECT poster FROM clips WHERE poster <> ''")]
    there = [file for file in files if file.is_relative_to(new.clips)]
    assert there
    assert all(file.is_file() for file in (*there, *posters))
    open_database(new.database).close()


def test_without_clips_they_stay_where_they_are(old: Folders, tmp_path: Path) -> None:
    file = tmp_path / "small.klingbackup"
    manifest = write_backup(old, file, with_clips=False)
    assert manifest.clips == ()
    with zipfile.ZipFile(file) as archive:
        assert not [name for name in archive.namelist() if name.endswith(".mp4")]
    new = Folders.under(tmp_path / "new")
    restore(file, new)
    files = "SELECT file FROM clips ORDER BY file"
    with closing(sqlite3.connect(new.database)) as after, closing(sqlite3.connect(old.database)) as before:
        assert after.execute(files).fetchall() == before.execute(files).fetchall()


def test_what_was_there_before_is_moved_aside(backup: Path, tmp_path: Path) -> None:
    new = Folders.under(tmp_path)
    new.ensure()
    new.settings.write_text('{"theme": "dark"}')
    (new.drafts / "draft.json").write_text("precious")
    restore(backup, new)
    [aside] = new.data.glob("before restore *")
    assert (aside / "config/settings.json").read_text() == '{"theme": "dark"}'
    assert (aside / "data/drafts/draft.json").read_text() == "precious"
    assert finish_restoration(new) == ""


def test_an_interrupted_start_is_continued(backup: Path, tmp_path: Path) -> None:
    new = Folders.under(tmp_path)
    new.ensure()
    stage_backup(backup, new)
    plan = new.data / "to restore" / "plan.json"
    plan.write_text('{"phase": "moved"}')  # it ended here
    (new.data / "to restore/data/drafts/draft.json").rename(new.drafts / "draft.json")
    assert "restored" in finish_restoration(new)
    assert (new.drafts / "draft.json").exists()
    assert new.database.exists()


def test_a_running_render_is_waited_for(backup: Path, tmp_path: Path) -> None:
    new = Folders.under(tmp_path)
    new.ensure()
    stage_backup(backup, new)
    lock = ProcessLock(new.process_locks)
    assert "render" in finish_restoration(new)
    lock.close()
    assert "restored" in finish_restoration(new)


def test_no_key_and_nothing_of_the_running_process_is_in_it(old: Folders, tmp_path: Path) -> None:
    file = tmp_path / "a.klingbackup"
    write_backup(old, file, with_clips=False)
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
    assert not [name for name in names if name.endswith((".lock", ".socket", "-wal", ".part")) or "owners" in name]
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("damage", ["cut", "other", "newer", "evil", "bent"])
def test_a_damaged_or_foreign_file_changes_nothing(backup: Path, tmp_path: Path, damage: str) -> None:
    new = Folders.under(tmp_path / "new")
    new.ensure()
    file = tmp_path / "bad.klingbackup"
    content = bytearray(backup.read_bytes())
    if damage == "cut":
        file.write_bytes(content[: len(content) // 2])
    elif damage == "other":
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("holiday.txt", "sun")
    elif damage == "bent":
        content[len(content) // 3] ^= 0xFF
        file.write_bytes(content)
    else:
        with zipfile.ZipFile(backup) as source:
            manifest = json.loads(source.read(MANIFEST))
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr(MANIFEST, json.dumps({**manifest, "schema": 10_000 if damage == "newer" else 1}))
            archive.writestr("data/../../../evil.txt", "evil")
    if damage == "evil":
        stage_backup(file, new)
    else:
        with pytest.raises(UserError):
            stage_backup(file, new)
        assert not (new.data / "to restore").exists()
    assert not list(tmp_path.rglob("evil.txt"))


def test_a_backup_can_be_stopped(old: Folders, tmp_path: Path) -> None:
    with pytest.raises(BackupStopped):
        write_backup(old, tmp_path / "a.klingbackup", with_clips=True, progress=lambda _done, _total: False)
    assert list(tmp_path.iterdir()) == []


def test_what_a_backup_holds_is_read_first(backup: Path) -> None:
    contents = read_contents(backup)
    assert contents.manifest.clips
    assert contents.size > 0
