"""Of several searches the last one is shown, and what came before it never again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from kling_desktop.controllers.library.library_view import LibraryController
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library.clip_query import ClipQuery
from kling_desktop.domain.request.draft import Draft
from kling_desktop.services.library.library import Library
from kling_desktop.store.database import open_database
from kling_desktop.store.jobs.job_store import JobStore
from kling_desktop.store.library.clip_store import ClipStore
from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.theme import Theme


@pytest.fixture
def tasks() -> Tasks:
    return Tasks(lambda sentence: pytest.fail(sentence))


@pytest.fixture
async def shown(theme: Theme, tasks: Tasks, tmp_path: Path) -> AsyncIterator[LibraryController]:
    """Of a library of two foxes and two cats, one clip being of both."""
    made = LibraryController(theme.tokens, tasks)
    with closing(open_database(tmp_path / "kling.db")) as connection:
        for number, prompt in enumerate(("A fox", "A cat", "A fox and a cat")):
            done = Done(f"g{number}", f"i{number}", f"/c/{number}.mp4")
            JobStore(connection).add(Job(f"j{number}", "s", "p", "window", "/c", Draft(prompt=prompt), 1.0, done), "me")
        library = made._library = Library(ClipStore(connection), ClipStore(connection), service="s", profile="p")
        yield made
        await tasks.close()
        await library.close()
    made.close()


async def test_of_many_searches_typed_in_a_row_only_the_last_is_shown(shown: LibraryController) -> None:
    seen: list[str] = []
    shown.model.modelReset.connect(lambda: seen.append(shown.model.query.text))
    await asyncio.gather(*(shown.look_up(ClipQuery(text=words)) for words in ("f", "fo", "fox", "fox c", "cat")))
    assert seen == ["cat"]
    assert shown.model.rowCount() == 2
    await shown.look_up(ClipQuery(text="dog"))
    assert shown.model.rowCount() == 0


async def test_a_search_begun_before_all_clips_are_looked_up_is_the_one_that_is_shown(
    shown: LibraryController, tasks: Tasks
) -> None:
    search = tasks.begin(shown.look_up(ClipQuery(text="dog")), "what was typed")
    shown.show_rest()  # in the same moment, as the window does it some time after its first paint
    assert search
    await search
    assert shown.model.query.text == "dog"
    assert shown.model.rowCount() == 0
