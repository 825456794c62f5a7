"""Recently used images are restored if they still exist."""

import json
from pathlib import Path

from kling_desktop.domain.request.draft import GENERATED, LocalImage, StoredMedia
from kling_desktop.domain.request.recent_media import RecentItem
from kling_desktop.store.composer.recent_media import RecentMediaFile

STORED = RecentItem(StoredMedia("1f197fd2-30f6-41a0-9d2c-5a2e3c1b7a10", GENERATED, 1920, 1080, is_known=True), "mine")


def test_items_whose_files_are_gone_are_dropped(tmp_path: Path) -> None:
    file = RecentMediaFile(tmp_path / "recents.json")
    assert file.load() == ()
    (tmp_path / "here.png").write_bytes(b"x")
    here, gone = (RecentItem(LocalImage(str(tmp_path / name), name)) for name in ("here.png", "gone.png"))
    file.save((here, STORED, gone))
    assert file.load() == (here, STORED)


def test_items_that_this_version_does_not_understand_are_skipped(tmp_path: Path) -> None:
    path = tmp_path / "recents.json"
    file = RecentMediaFile(path)
    file.save((STORED,))
    path.write_text(json.dumps([{"media": {"is": "hologram"}}, 7, *json.loads(path.read_text())]))
    assert file.load() == (STORED,)
    for broken in ("", "{", "[" * 100_000, '{"a": 1}', "\udcff"):
        path.write_bytes(broken.encode("utf-8", "surrogateescape"))
        assert file.load() == ()
    assert [kept.read_bytes() for kept in sorted(tmp_path.glob("recents.broken-*"))] == [
        *(b"", b"{", b"[" * 100_000, b"\xff")
    ]


def test_an_unwritable_folder_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    file = RecentMediaFile(tmp_path / "file" / "recents.json")
    file.save((STORED,))
    assert file.load() == ()
