"""Where the app keeps its files."""

import os
import stat
from dataclasses import astuple
from pathlib import Path

from kling_desktop.store.folders import Folders


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
