"""Reviews in a file next to the clips."""

import json
from collections.abc import Iterable
from pathlib import Path

from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library.clip import Clip, Flag
from kling_desktop.domain.library.review import Review
from kling_desktop.domain.request.draft import Draft
from kling_desktop.store.library.review_file import FILE_NAME, ReviewFiles, read_reviews, write_reviews
from tests.store.sample_jobs import a_job

LIKED = Review("j1", "g1", "9-abc", "a.mp4", 5, Flag.PICK, "the one\nfor “Fox”", ("fox", "winter night"))
REJECTED = Review("j2", path="b.mp4", flag=Flag.REJECT)


def all_known(jobs: Iterable[str]) -> frozenset[str]:
    return frozenset(jobs)


def none_known(_jobs: Iterable[str]) -> frozenset[str]:
    return frozenset()


def lines(folder: Path) -> list[str]:
    return (folder / FILE_NAME).read_text().splitlines()


def test_reviews_are_read_back_from_a_readable_file(tmp_path: Path) -> None:
    assert write_reviews(tmp_path, [REJECTED, LIKED], all_known)
    assert read_reviews(tmp_path) == (LIKED, REJECTED)
    assert "“Fox”" in lines(tmp_path)[1]
    assert json.loads(lines(tmp_path)[0])["app"] == "Kling Desktop"


def test_unchanged_reviews_are_not_written_and_no_folder_is_created(tmp_path: Path) -> None:
    write_reviews(tmp_path, [LIKED], all_known)
    before = (tmp_path / FILE_NAME).stat()
    assert not write_reviews(tmp_path, [LIKED], all_known)
    assert (tmp_path / FILE_NAME).stat().st_ino == before.st_ino
    assert not write_reviews(tmp_path / "unplugged", [LIKED], all_known)
    assert not (tmp_path / "unplugged").exists()


def test_removed_reviews_are_dropped_and_an_empty_file_is_deleted(tmp_path: Path) -> None:
    write_reviews(tmp_path, [LIKED, REJECTED], all_known)
    write_reviews(tmp_path, [REJECTED], all_known)
    assert read_reviews(tmp_path) == (REJECTED,)
    write_reviews(tmp_path, [], all_known)
    assert list(tmp_path.iterdir()) == []


def test_a_new_library_keeps_the_reviews_of_an_older_one(tmp_path: Path) -> None:
    write_reviews(tmp_path, [LIKED], all_known)
    write_reviews(tmp_path, [REJECTED], none_known)
    assert set(read_reviews(tmp_path)) == {LIKED, REJECTED}


def test_a_damaged_line_loses_only_itself_and_is_kept(tmp_path: Path) -> None:
    write_reviews(tmp_path, [LIKED], all_known)
    broken = [
        b'{"job": "j9", "rating": 77}',
        b"\xff\xfe not JSON",
        b"[" * 100_000,
        b'{"job": 3}',
        b'{"job": "j8", "tags": 1}',
    ]
    with (tmp_path / FILE_NAME).open("ab") as file:
        file.write(b"\n".join([*broken, b""]))
    assert read_reviews(tmp_path) == (LIKED,)
    write_reviews(tmp_path, [LIKED, REJECTED], all_known)
    assert read_reviews(tmp_path) == (LIKED, REJECTED)
    assert set(broken) <= set((tmp_path / FILE_NAME).read_bytes().splitlines())


def test_a_clip_is_identified_by_job_generation_or_content(tmp_path: Path) -> None:
    write_reviews(tmp_path, [LIKED], all_known)
    file = str(tmp_path / "elsewhere" / "a.mp4")
    state = Done("g1", "i1", file)
    same = Clip(a_job("j1", draft=Draft(prompt="A fox"), state=state))
    imported = Clip(a_job("other", state=state))
    copied = Clip(a_job("another", state=Done("", "", file)), digest="9-abc")
    strange = Clip(a_job("strange", state=Done("", "", file)))
    reviews = ReviewFiles([tmp_path])
    for clip in (same, imported, copied):
        reviewed = reviews.apply_to(clip)
        assert (reviewed.rating, reviewed.flag, reviewed.notes, reviewed.tags) == (
            5,
            Flag.PICK,
            LIKED.notes,
            LIKED.tags,
        )
    assert reviews.apply_to(strange) == strange
    assert ReviewFiles([]).apply_to(same) == same
