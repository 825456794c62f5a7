"""Pictures put in lately: each once, the latest first, not too many, and it is known whose they are."""

from kling_desktop.domain.request.draft import UPLOADED, LocalImage, Placeholder, StoredMedia
from kling_desktop.domain.request.recent_media import MAX_RECENT, RecentItem, with_recent


def stored(number: int) -> StoredMedia:
    return StoredMedia(f"1f197fd2-30f6-41a0-9d2c-{number:012}", UPLOADED)


def test_the_latest_comes_first_and_each_is_there_once() -> None:
    recents = with_recent((), [stored(1), stored(2)], "mine")
    assert [recent.media for recent in recents] == [stored(2), stored(1)]
    recents = with_recent(recents, [stored(1)], "mine")
    assert [recent.media for recent in recents] == [stored(1), stored(2)]


def test_there_are_never_more_than_so_many() -> None:
    recents = with_recent((), [stored(number) for number in range(3 * MAX_RECENT)], "mine")
    assert len(recents) == MAX_RECENT
    assert recents[0].media == stored(3 * MAX_RECENT - 1)


def test_an_id_is_its_accounts_and_a_picture_on_this_machine_everybodys() -> None:
    mine, local = with_recent((), [LocalImage("/a.png"), stored(1)], "mine")
    assert mine.is_foreign("another")
    assert not mine.is_foreign("mine")
    assert not mine.is_foreign("")
    assert not local.is_foreign("another")
    # The same ID in two accounts means two pictures.
    assert len(with_recent((mine,), [stored(1)], "another")) == 2


def test_a_place_that_waits_to_be_filled_is_no_picture() -> None:
    assert with_recent((RecentItem(stored(1), "mine"),), [Placeholder("<X>")], "mine") == (
        RecentItem(stored(1), "mine"),
    )
