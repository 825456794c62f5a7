"""Of several searches the last one is shown, and what came before it never again."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kling_desktop.app.jobs.jobs_shown import JobsShown
from kling_desktop.domain.draft import Draft
from kling_desktop.domain.job import Job
from kling_desktop.domain.query import Query
from kling_desktop.domain.states import Done
from kling_desktop.store.clips import ClipStore
from kling_desktop.store.database import open_database
from kling_desktop.store.jobs import JobStore
from kling_desktop.ui.tasks import Tasks
from kling_desktop.ui.theme import Theme
from kling_desktop.work.library import Library


@pytest.fixture
def shown(theme: Theme) -> Iterator[JobsShown]:
    made = JobsShown(theme.tokens, Tasks(lambda sentence: pytest.fail(sentence)))
    yield made
    made.close()


async def test_of_many_searches_typed_in_a_row_only_the_last_is_shown(shown: JobsShown, tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "kling.db")) as connection:
        for number, prompt in enumerate(("A fox", "A cat", "A fox and a cat")):
            done = Done(f"g{number}", f"i{number}", f"/c/{number}.mp4")
            JobStore(connection).add(Job(f"j{number}", "s", "p", "window", "/c", Draft(prompt=prompt), 1.0, done), "me")
        library = Library(ClipStore(connection), ClipStore(connection), service="s", profile="p")
        shown._library = library
        seen: list[str] = []
        shown.model.modelReset.connect(lambda: seen.append(shown.model.query.words))
        await asyncio.gather(*(shown.look_up(Query(words=words)) for words in ("f", "fo", "fox", "fox c", "cat")))
        assert seen == ["cat"]
        assert shown.model.rowCount() == 2
        await shown.look_up(Query(words="dog"))
        assert shown.model.rowCount() == 0
        await library.close()
