"""Which row shows what, held against a plain list that is sorted anew each time."""

from array import array
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.library.clip_query import ClipGrouping, ClipQuery, ClipSort, SearchResult
from kling_desktop.ui.library.model.row_index import RowIndex, Section
from tests.ui.library_panel import as_clip, done, job

MOMENTS = st.integers(0, 8).map(lambda days: 1_700_000_000.0 + 40_000 * days)


def shown(places: RowIndex) -> list[str]:
    """The ID of the job, or the number of the clip, in each row."""
    rows = range(len(places))
    return [held.id if (held := places.job_at(row)) else str(places.number_at(row)) for row in rows]


@given(
    st.lists(st.tuples(MOMENTS, st.sampled_from(["job", "clip", "finish", "remove"]), st.integers(0, 30)), max_size=25)
)
def test_jobs_and_clips_stay_sorted_by_time_through_every_change(
    steps: list[tuple[float, str, int]],
) -> None:
    places, jobs, clips = RowIndex(SearchResult(), ()), {}, {}
    for nth, (moment, what, which) in enumerate(steps):
        if what == "job":
            jobs[nth] = replace(job(nth, job_states.Generating("g")), created_at=moment)
            row = places.row_for_job(moment)
            places.put_job(jobs[nth])
            assert row == places.row_of_job(jobs[nth].id)
        elif what == "clip":
            clips[nth] = as_clip(replace(done(nth), created_at=moment))
            row = places.row_for_clip(moment)
            places.put_clip(clips[nth])
            assert row == places.row_of(clips[nth].number)
        elif what == "finish" and jobs:
            key = list(jobs)[which % len(jobs)]
            gone = jobs.pop(key)
            stood = places.row_of_job(gone.id)
            clips[key] = as_clip(replace(gone, state=done(key).state))
            places.put_clip(clips[key])
            assert stood == places.row_of(clips[key].number)
        elif what == "remove" and clips:
            places.remove_clip(clips.pop(list(clips)[which % len(clips)]).number)
    rows = shown(places)
    moments = {one.id: one.created_at for one in jobs.values()}
    moments |= {str(clip.number): clip.created_at for clip in clips.values()}
    assert sorted(rows) == sorted(moments)
    ages = [moments[name] for name in rows]
    assert ages == sorted(ages, reverse=True)
    for row, name in enumerate(rows):
        assert row == (places.row_of_job(name) if name.startswith("j") else places.row_of(int(name)))
        for near in (range(2), range(row, row + 3), range(len(rows), len(rows) + 1)):
            assert name.startswith("j") or row == places.row_of(int(name), near)
    starts = list(places.section_rows)
    days = [section.name for section in places.sections]
    assert days == sorted(set(days), reverse=True)
    assert starts == sorted(set(starts))
    assert starts[:1] == ([0] if rows else [])


def test_an_emptied_group_loses_its_heading_and_the_others_keep_theirs() -> None:
    query = ClipQuery(sort=ClipSort.RATING, group=ClipGrouping.PRESET)
    groups = ((0, "noir"), (1, "rain"), (3, ""))
    places = RowIndex(
        SearchResult(query, array("q", [1, 2, 3, 4]), groups=groups), [job(9, job_states.Failed("g", "No."))]
    )
    places.remove_clip(1)
    assert [section.row for section in places.sections] == [0, 1, 3]
    assert [section.name for section in places.sections][1:] == ["rain", ""]
    places.remove_clip(4)
    assert places.sections[1:] == (Section(1, "rain"),)


@given(st.lists(MOMENTS, max_size=12), st.lists(MOMENTS, max_size=5), st.integers(0, 12))
def test_the_first_page_is_the_start_of_the_whole_result_and_no_row_moves(
    clips: list[float], jobs: list[float], begun: int
) -> None:
    moments = sorted(clips, reverse=True)
    unfinished = [replace(job(nth, job_states.Generating("g")), created_at=at) for nth, at in enumerate(jobs)]
    whole = RowIndex(SearchResult(ClipQuery(), array("q", range(len(clips))), array("d", moments)), unfinished)
    some = array("q", range(min(begun, len(clips))))
    first = RowIndex(SearchResult(ClipQuery(), some, array("d", moments[: len(some)]), has_more=True), unfinished)
    assert shown(first) == shown(whole)[: len(first)]
    assert first.begins(whole)
    assert not whole.begins(first)


def test_a_result_of_another_query_is_not_continued() -> None:
    some, more = array("q", [3, 2]), array("q", [3, 1, 2])
    first = RowIndex(SearchResult(ClipQuery(text="fox"), some, array("d", [3.0, 2.0]), has_more=True), ())
    assert not first.begins(RowIndex(SearchResult(ClipQuery(), some, array("d", [3.0, 2.0])), ()))
    assert not first.begins(RowIndex(SearchResult(ClipQuery(text="fox"), more, array("d", [3.0, 2.5, 2.0])), ()))
    late = job(1, job_states.Generating("g"))
    assert not first.begins(RowIndex(SearchResult(ClipQuery(text="fox"), some, array("d", [3.0, 2.0])), [late]))


def test_pages_end_with_the_clips() -> None:
    places = RowIndex(SearchResult(ClipQuery(), array("q", range(100, 110)), array("d", range(10, 0, -1))), ())
    assert places.page_at(5, 4) == [104, 105, 106, 107]
    assert places.page_at(5, 4, next_to=1) == [108, 109]
    assert places.page_at(5, 4, next_to=2) == []
    assert places.page_at(1, 4, next_to=-1) == []
