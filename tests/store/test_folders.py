"""Where the app keeps its files."""

import os
import shutil
import stat
from dataclasses import astuple
from pathlib import Path

import pytest

from kling_desktop.store.folders import Folders, drive_of


def test_under_puts_everything_below_one_folder(tmp_path: Path) -> None:
    folders = Folders.under(tmp_path)
    folders.ensure()
    places = [folders.drafts, folders.media, folders.posters, folders.process_locks, folders.sandbox]
    assert all(place.is_dir() for place in places)
    assert all(place.is_relative_to(tmp_path) for place in [*astuple(folders), folders.database, folders.settings])


def test_other_users_cant_access_the_app_s_folders(tmp_path: Path) -> None:
    folders = Folders.under(tmp_path)
    before = os.umask(0)
    try:
        folders.ensure()
    finally:
        os.umask(before)
    own = (folders.data, folders.config, folders.cache, folders.logs)
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in own} == {0o700}
    folders.ensure()


def test_clips_go_to_the_user_s_videos_folder() -> None:
    folders = Folders.for_user()
    assert folders.clips.name == "Kling Desktop"
    assert all("kling-desktop" in folder.parts for folder in (folders.data, folders.config, folders.cache))


@pytest.mark.parametrize(
    ("folder", "drive"),
    [
        ("/media/ann/USB/clips/new", "/media/ann/USB"),
        ("/run/media/ann/USB", "/run/media/ann/USB"),
        ("/mnt/nas/clips", "/mnt/nas"),
        ("/Volumes/Film/a", "/Volumes/Film"),
        ("/media/ann", None),
        ("/home/ann/media/clips", None),
    ],
)
def test_the_drive_of_a_folder_is_where_it_is_mounted(folder: str, drive: str | None) -> None:
    assert drive_of(Path(folder)) == (Path(drive) if drive else None)


def test_only_the_data_folder_is_needed(tmp_path: Path) -> None:
    folders = Folders.under(tmp_path)
    for other in (folders.config, folders.cache, folders.logs):
        other.write_text("in the way")
    folders.ensure()
    assert folders.drafts.is_dir()
    assert folders.data.stat().st_mode & 0o077 == 0
    shutil.rmtree(folders.data)
    folders.data.write_text("in the way")
    with pytest.raises(OSError, match="data"):
        folders.ensure()
