"""What is thought of the clips, told beside their files."""

import json
from collections.abc import Iterable
from pathlib import Path

from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library.clip import Clip, Flag
from kling_desktop.domain.library.review import Review
from kling_desktop.domain.request.draft import Draft
from kling_desktop.store.library.review_file import FILE_NAME, ReviewFiles, read_reviews, write_reviews
from tests.store.some_jobs import a_job

LIKED = Review("j1", "g1", "9-abc", "a.mp4", 5, Flag.PICK, "the one\nfor “Fox”", ("fox", "winter night"))
REJECTED = Review("j2", path="b.mp4", flag=Flag.REJECT)


def all_known(jobs: Iterable[str]) -> frozenset[str]:
    return frozenset(jobs)


def none_known(_jobs: Iterable[str]) -> frozenset[str]:
    return frozenset()


def lines(folder: Path) -> list[str]:
    return (folder / FILE_NAME).read_text().splitlines()


def test_it_is_read_as_it_was_told_and_people_can_read_it_too(tmp_path: Path) -> None:
    assert write_reviews(tmp_path, [REJECTED, LIKED], all_known)
    assert read_reviews(tmp_path) == (LIKED, REJECTED)
    assert "“Fox”" in lines(tmp_path)[1]
    assert json.loads(lines(tmp_path)[0])["app"] == "Kling Desktop"


def test_nothing_is_written_where_nothing_has_changed_and_no_folder_is_made(tmp_path: Path) -> None:
    write_reviews(tmp_path, [LIKED], all_known)
    before = (tmp_path / FILE_NAME).stat()
    assert not write_reviews(tmp_path, [LIKED], all_known)
    assert (tmp_path / FILE_NAME).stat().st_ino == before.st_ino
    assert not write_reviews(tmp_path / "unplugged", [LIKED], all_known)
    assert not (tmp_path / "unplugged").exists()


def test_what_is_no_longer_thought_is_no_longer_told_and_an_empty_file_goes(tmp_path: Path) -> None:
    write_reviews(tmp_path, [LIKED, REJECTED], all_known)
    write_reviews(tmp_path, [REJECTED], all_known)
    assert read_reviews(tmp_path) == (REJECTED,)
    write_reviews(tmp_path, [], all_known)
    assert list(tmp_path.iterdir()) == []


def test_a_library_that_is_new_takes_nothing_away_that_an_older_one_told(tmp_path: Path) -> None:
    write_reviews(tmp_path, [LIKED], all_known)
    write_reviews(tmp_path, [REJECTED], none_known)
    assert set(read_reviews(tmp_path)) == {LIKED, REJECTED}


def test_a_damaged_line_costs_itself_alone_and_is_kept(tmp_path: Path) -> None:
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


def test_a_clip_is_known_by_its_job_its_generation_or_its_content(tmp_path: Path) -> None:
    write_reviews(tmp_path, [LIKED], all_known)
    file = str(tmp_path / "elsewhere" / "a.mp4")
    state = Done("g1", "i1", file)
    same = Clip(a_job("j1", draft=Draft(prompt="A fox"), state=state))
    imported = Clip(a_job("other", state=state))
    copied = Clip(a_job("another", state=Done("", "", file)), digest="9-abc")
    strange = Clip(a_job("strange", state=Done("", "", file)))
    judgements = ReviewFiles([tmp_path])
    for clip in (same, imported, copied):
        judged = judgements.apply_to(clip)
        assert (judged.rating, judged.flag, judged.notes, judged.tags) == (5, Flag.PICK, LIKED.notes, LIKED.tags)
    assert judgements.apply_to(strange) == strange
    assert ReviewFiles([]).apply_to(same) == same
