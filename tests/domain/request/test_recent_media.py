"""Recent images: each once, latest first, limited in number, and with their account."""

from kling_desktop.domain.request.draft import UPLOADED, LocalImage, Placeholder, StoredMedia
from kling_desktop.domain.request.recent_media import MAX_RECENT, RecentItem, with_recent


def stored(number: int) -> StoredMedia:
    return StoredMedia(f"1f197fd2-30f6-41a0-9d2c-{number:012}", UPLOADED)


def test_the_latest_comes_first_and_each_is_there_once() -> None:
    recents = with_recent((), [stored(1), stored(2)], "mine")
    assert [recent.media for recent in recents] == [stored(2), stored(1)]
    recents = with_recent(recents, [stored(1)], "mine")
    assert [recent.media for recent in recents] == [stored(1), stored(2)]


def test_the_number_of_recent_images_is_limited() -> None:
    recents = with_recent((), [stored(number) for number in range(3 * MAX_RECENT)], "mine")
    assert len(recents) == MAX_RECENT
    assert recents[0].media == stored(3 * MAX_RECENT - 1)


def test_an_id_belongs_to_its_account_and_a_file_to_every_account() -> None:
    mine, local = with_recent((), [LocalImage("/a.png"), stored(1)], "mine")
    assert mine.is_foreign("another")
    assert not mine.is_foreign("mine")
    assert not mine.is_foreign("")
    assert not local.is_foreign("another")
    # The same ID in two accounts means two pictures.
    assert len(with_recent((mine,), [stored(1)], "another")) == 2


def test_a_placeholder_is_not_kept() -> None:
    assert with_recent((RecentItem(stored(1), "mine"),), [Placeholder("<X>")], "mine") == (
        RecentItem(stored(1), "mine"),
    )
