"""Of several searches the last one is shown, and what came before it never again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from kling_desktop.controllers.library.latest_search import LatestSearch
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library.clip_query import ClipQuery
from kling_desktop.domain.request.draft import Draft
from kling_desktop.services.library.library import Library
from kling_desktop.store.jobs.job_store import JobStore
from kling_desktop.store.library.clip_store import ClipStore
from kling_desktop.ui.library.cards.poster_cache import PosterCache
from kling_desktop.ui.library.model.library_model import LibraryModel
from kling_desktop.ui.theme import Theme
from tests.support.databases import open_test_database
from tests.ui.library_panel import library_model


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Library]:
    """Two foxes and two cats, one clip being of both."""
    with closing(open_test_database(tmp_path / "kling.db")) as connection:
        for number, prompt in enumerate(("A fox", "A cat", "A fox and a cat")):
            done = Done(f"g{number}", f"i{number}", f"/c/{number}.mp4")
            JobStore(connection).add(Job(f"j{number}", "s", "p", "window", "/c", Draft(prompt=prompt), 1.0, done), "me")
        library = Library(ClipStore(connection), ClipStore(connection), service="s", profile="p")
        yield library
        await library.close()


@pytest.fixture
async def model(theme: Theme) -> AsyncIterator[LibraryModel]:
    posters = PosterCache(theme.tokens)
    yield library_model(posters)
    posters.close()


@pytest.fixture
def search(library: Library, model: LibraryModel) -> LatestSearch:
    return LatestSearch(library, model, ClipQuery(), list)


async def test_only_the_last_of_many_quick_searches_is_shown(search: LatestSearch, model: LibraryModel) -> None:
    seen: list[str] = []
    model.modelReset.connect(lambda: seen.append(model.query.text))
    await asyncio.gather(*(search.run(ClipQuery(text=words)) for words in ("f", "fo", "fox", "fox c", "cat")))
    assert seen == ["cat"]
    assert model.rowCount() == 2
    await search.run(ClipQuery(text="dog"))
    assert model.rowCount() == 0


async def test_a_search_started_during_loading_is_the_one_shown(search: LatestSearch, model: LibraryModel) -> None:
    # In the same moment, as the window looks all clips up some time after its first paint.
    await asyncio.gather(search.run(ClipQuery(text="dog")), search.run_again())
    assert model.query.text == "dog"
    assert model.rowCount() == 0
