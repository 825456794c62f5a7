"""Finding clips by text and filters, in the real database."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library.clip import Flag
from kling_desktop.domain.library.clip_query import ClipGrouping, ClipQuery, ClipSort, Period, SearchResult
from kling_desktop.domain.request.draft import UPLOADED, Draft, StoredMedia
from kling_desktop.domain.request.generation_type import GenerationType
from kling_desktop.domain.request.models import Size
from kling_desktop.store.database import open_database
from kling_desktop.store.jobs.job_store import JobStore
from kling_desktop.store.library.clip_search import ClipSearch
from kling_desktop.store.library.clip_store import ClipStore
from tests.store.sample_jobs import PROFILE, SERVICE, a_job

IMAGE = StoredMedia("11111111-1111-4111-8111-111111111111", UPLOADED)
DRAFTS = {
    "fox": Draft(prompt="A fox in the snow, slow push-in", preset="noir"),
    "cat": Draft(prompt="雨の中の猫、窓の下", duration=10, size=Size(1080, 1920)),
    "cafe": Draft(prompt="Le café à Paris \udcff", start_frame=(IMAGE,), size=Size(1440, 1440)),
    "night": Draft(prompt="Foxes at night", image_reference=(IMAGE,), preset="night"),
}
PLENTY = (
    ClipQuery(),
    ClipQuery(text="fox"),
    ClipQuery(text="i"),
    ClipQuery(flags=frozenset({""})),
    ClipQuery(group=ClipGrouping.PRESET),
)
OTHERS = {"theirs": "Studio South", "binned": PROFILE}


@pytest.fixture
def clips(connection: sqlite3.Connection, store: JobStore) -> ClipStore:
    """Oldest first, as above; plus a fox of another profile and one in the trash."""
    drafts = DRAFTS | dict.fromkeys(OTHERS, Draft(prompt="A fox elsewhere"))
    for number, (name, draft) in enumerate(drafts.items(), 1):
        done = Done(f"generation-{name}", f"image-{name}", f"/clips/{name}.mp4")
        profile = OTHERS.get(name, PROFILE)
        store.add(a_job(name, profile=profile, draft=draft, state=done, created_at=1000.0 * number), "me")
    clips = ClipStore(connection)
    opinions = {
        "fox": {"rating": 5, "flag": Flag.PICK, "tags": ("winter night", "client")},
        "cat": {"rating": 2, "flag": Flag.REJECT, "notes": "Zu dunkel für Ärger"},
        "cafe": {"is_missing": True, "tags": ("client",)},
        "binned": {"trashed_at": 1.0, "rating": 5},
    }
    for name, opinion in opinions.items():
        clip = clips.get_clip(name)
        assert clip
        clips.save([replace(clip, **opinion)])  # type: ignore[arg-type]  # any part of a clip
    return clips


def found(clips: ClipStore, query: ClipQuery) -> list[str]:
    """The result's clips; each has the time at which it was made."""
    answer = clips.search.find(SERVICE, PROFILE, query)
    there = clips.get_clips(answer.numbers)
    assert list(answer.timestamps) == [clip.created_at for clip in there]
    return [clip.id for clip in there]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        (ClipQuery(), ["night", "cafe", "cat", "fox"]),
        (ClipQuery(text="fox"), ["night", "fox"]),
        (ClipQuery(text="sno slow"), ["fox"]),
        (ClipQuery(text="猫"), ["cat"]),
        (ClipQuery(text="窓の"), ["cat"]),
        (ClipQuery(text="cafe PARIS"), ["cafe"]),
        (ClipQuery(text="arger dunkel"), ["cat"]),
        (ClipQuery(text="client"), ["cafe", "fox"]),
        (ClipQuery(text="snow winter"), ["fox"]),
        (ClipQuery(text="fox", flags=frozenset({""})), ["night"]),
        (ClipQuery(text="hare"), []),
        (ClipQuery(types=frozenset({GenerationType.TEXT})), ["cat", "fox"]),
        (ClipQuery(types=frozenset({GenerationType.START, GenerationType.REFERENCES})), ["night", "cafe"]),
        (ClipQuery(aspects=frozenset({"16:9", "1:1"})), ["night", "cafe", "fox"]),
        (ClipQuery(aspects=frozenset({"nonsense", "99999999999999999999:1"})), []),
        (ClipQuery(seconds=frozenset({10})), ["cat"]),
        (ClipQuery(min_rating=2), ["cat", "fox"]),
        (ClipQuery(min_rating=3), ["fox"]),
        (ClipQuery(flags=frozenset({"pick", "reject"})), ["cat", "fox"]),
        (ClipQuery(presets=frozenset({"noir", "night", "\ud800"})), ["night", "fox"]),
        (ClipQuery(presets=frozenset({""})), ["cafe", "cat"]),
        (ClipQuery(tags=frozenset({"client"})), ["cafe", "fox"]),
        (ClipQuery(tags=frozenset({"client"}), min_rating=1), ["fox"]),
        (ClipQuery(profiles=frozenset({"Studio South"})), ["theirs"]),
        (ClipQuery(profiles=frozenset({"Studio South", PROFILE}), text="fox"), ["theirs", "night", "fox"]),
        (ClipQuery(period=Period.WEEK, since=1500.0, until=3500.0), ["cafe", "cat"]),
        (ClipQuery(has_problem=True), ["cafe"]),
    ],
    # Not the repr of a set: its order differs from process to process.
    ids=lambda value: (value.text or "filtered") if isinstance(value, ClipQuery) else ", ".join(value) or "nothing",
)
def test_a_query_finds_matching_clips_newest_first(clips: ClipStore, query: ClipQuery, names: list[str]) -> None:
    assert found(clips, query) == names


@pytest.mark.parametrize("head", [2, 3, 4, 4_096])
@pytest.mark.parametrize("least", [1, 2])
@pytest.mark.parametrize("query", [*PLENTY, *(replace(query, sort=ClipSort.RATING) for query in PLENTY)], ids=str)
def test_find_first_returns_the_beginning_of_the_whole_result(
    clips: ClipStore, query: ClipQuery, least: int, head: int
) -> None:
    quick, all_of_it = ClipSearch(clips.connection, head), clips.search.find(SERVICE, PROFILE, query)
    first = quick.find_first(SERVICE, PROFILE, query, least)
    begun = len(first.numbers)
    assert list(first.numbers) == list(all_of_it.numbers[:begun])
    assert list(first.timestamps) == list(all_of_it.timestamps[:begun])
    assert first.groups == tuple(group for group in all_of_it.groups if group[0] < begun)
    assert begun >= least or not begun or not first.has_more
    assert first.has_more or begun == len(all_of_it.numbers)


def test_clips_beyond_the_head_are_left_to_the_whole_search(clips: ClipStore) -> None:
    quick = ClipSearch(clips.connection, 2)
    assert quick.find_first(SERVICE, PROFILE, ClipQuery(text="snow"), 1) == SearchResult(
        ClipQuery(text="snow"), has_more=True
    )
    assert found(clips, ClipQuery(text="snow")) == ["fox"]


@pytest.mark.parametrize("words", ['"', "fox OR cat", "NEAR(", "a" * 10_000, "fox " * 2_500, "\x00", "🦊", "prompt:*"])
def test_any_typed_text_is_searchable(clips: ClipStore, words: str) -> None:
    assert set(found(clips, ClipQuery(text=words))) <= set(DRAFTS)


def test_the_search_follows_every_change(clips: ClipStore, store: JobStore) -> None:
    assert found(clips, ClipQuery(text="hare")) == []
    store.add(a_job("hare", draft=Draft(prompt="A hare"), state=Done("g", "i", "/h.mp4"), created_at=1.0), "me")
    assert found(clips, ClipQuery(text="hare")) == ["hare"]
    hare = clips.get_clip("hare")
    assert hare
    clips.save([replace(hare, notes="not this one", tags=("rabbit",))])
    assert found(clips, ClipQuery(text="rabbit this")) == ["hare"]
    clips.save([replace(hare, notes="")])
    assert found(clips, ClipQuery(text="rabbit")) == []
    clips.delete([hare])
    assert found(clips, ClipQuery(text="hare")) == []


def test_changes_of_another_connection_are_found(clips: ClipStore, connection: sqlite3.Connection) -> None:
    path = Path(connection.execute("PRAGMA database_list").fetchone()[2])
    with closing(open_database(path)) as other:
        reader = ClipStore(other)
        assert found(reader, ClipQuery(min_rating=5)) == ["fox"]
        night = clips.get_clip("night")
        assert night
        clips.save([replace(night, rating=5)])
        assert found(reader, ClipQuery(min_rating=5)) == ["night", "fox"]
        clips.save([replace(night, trashed_at=2.0)])
        assert found(reader, ClipQuery(text="night")) == ["fox"]  # by its tag


def test_text_of_an_older_database_is_found_in_every_script(tmp_path: Path) -> None:
    dump = Path(__file__).parents[1] / "databases/version-5.sql"
    with closing(sqlite3.connect(tmp_path / "kling.db")) as old:
        old.executescript(dump.read_text(encoding="utf-8"))
    with closing(open_database(tmp_path / "kling.db")) as connection:
        clips = ClipStore(connection)
        clips.create_missing_clips()
        for words in ("窓", "anna", "winter"):
            [number] = clips.search.find(SERVICE, PROFILE, ClipQuery(text=words)).numbers
            [clip] = clips.get_clips([number])
            assert (clip.rating, clip.flag, clip.tags) == (4, Flag.PICK, ("winter night",))
