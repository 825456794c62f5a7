"""Whatever is broken when the app starts, its window opens and says what it is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from kling_desktop.controllers.connection.connector import NOT_CONNECTED
from kling_desktop.controllers.context import CONNECTING
from kling_desktop.domain.errors import UserError
from kling_desktop.domain.request.draft import Draft
from kling_desktop.session import Session
from kling_desktop.store.folders import Folders
from kling_desktop.ui.spending.limit_dialog import LimitDialog
from kling_desktop.ui.widgets import LinkButton
from tests.journeys.app_fixture import AppDriver
from tests.journeys.conftest import OpenApp, Start
from tests.journeys.ui_driver import wait_until


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """Those of the window that is opened."""
    folders = Folders.under(tmp_path / "home")
    folders.ensure()
    return folders


async def test_a_damaged_database_is_reported_and_can_be_retried(open_app: OpenApp, folders: Folders) -> None:
    folders.database.write_bytes(b"This was a shopping list. " * 200)
    async with open_app(Draft(prompt="A kite")) as app:
        await wait_until(lambda: app.message, "The message")
        assert "damaged" in app.message
        assert app.generate.text() == NOT_CONNECTED
        assert app.application.composer.draft.prompt == "A kite"
        await app.click(app.find(LinkButton, "Repair"))
        await app.wait_until_connected()
        await wait_until(lambda: "is repaired" in app.message, "The message about the repair")
        assert (folders.data / "kling.broken-1.db").read_bytes().startswith(b"This was a shopping list.")
        assert app.generate.text() == "Generate"


async def test_an_unusable_folder_is_reported_and_can_be_retried(open_app: OpenApp, folders: Folders) -> None:
    folders.media.rmdir()
    folders.media.write_text("in the way")
    async with open_app() as app:
        await app.type("A kite")
        await wait_until(lambda: app.message, "The message")
        assert str(folders.media) in app.message
        folders.media.unlink()
        await app.click(app.generate)
        await app.wait_until_connected()


async def test_a_broken_draft_is_renamed_and_reported(
    open_app: OpenApp, folders: Folders, caplog: pytest.LogCaptureFixture
) -> None:
    (folders.drafts / "draft.json").write_text('{"prompt": "A ki')
    async with open_app() as app:
        await app.wait_until_connected()
        assert "The saved form can't be read" in app.message
    assert [record.name for record in caplog.records if record.levelname == "ERROR"] == [
        "kling_desktop.store.composer.drafts"
    ]
    assert (folders.drafts / "draft.broken-1.json").read_text() == '{"prompt": "A ki'


async def test_broken_settings_are_renamed_and_reported(
    open_app: OpenApp, folders: Folders, caplog: pytest.LogCaptureFixture
) -> None:
    folders.settings.write_text("hold_seconds: 3")
    async with open_app() as app:
        await app.wait_until_connected()
        assert "can't be read, so the defaults are used" in app.message
        await app.type("A kite")
        await app.press("Ctrl+Return")
        await wait_until(lambda: app.find_all(LimitDialog), "The question about the limits that can't be read")
    assert [record.name for record in caplog.records if record.levelname == "ERROR"] == ["kling_desktop.store.settings"]
    assert folders.settings.with_name("settings.broken-1.json").read_text() == "hold_seconds: 3"


class LastOne:
    """Works on sessions, too, and notes what Generate says whenever one is left; the first is too much for it."""

    def __init__(self, app: AppDriver) -> None:
        self._app = app
        self._others = app.controllers.connector.work_on
        app.controllers.connector.work_on = self.work_on
        self.trouble = "The disk gives trouble."
        self.sessions: list[Session] = []
        self.said_at_leaving: list[str] = []

    @asynccontextmanager
    async def work_on(self, session: Session) -> AsyncIterator[None]:
        async with self._others(session):
            self.sessions.append(session)
            if trouble := self.trouble:
                self.trouble = ""
                raise UserError(trouble)
            yield
            self.said_at_leaving.append(self._app.generate.text())


async def test_a_half_open_connection_is_closed_and_can_be_retried(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite")) as app:
        await app.wait_until_connected()
        last = LastOne(app)
        app.controllers.connector.to_sandbox()
        await wait_until(lambda: "The disk gives trouble" in app.message, "The message")
        assert app.generate.text() == NOT_CONNECTED
        assert app.controllers.session.target is None
        assert not app.controllers.connection.in_sandbox, "nothing is carried any more"
        await app.click(app.generate)
        await app.wait_until_connected()
        assert app.session is last.sessions[1]
        assert await app.session.library.count() == 0


async def test_nothing_is_submitted_between_two_connections(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite")) as app:
        await app.wait_until_connected()
        last = LastOne(app)
        last.trouble = ""
        app.controllers.connector.to_sandbox()
        app.controllers.connector.to_sandbox()
        await wait_until(lambda: len(last.sessions) == 2, "The second connection")
        await app.wait_until_connected()
        assert last.said_at_leaving == [CONNECTING]
        assert app.generate.text() == "Generate"


def test_a_full_disk_is_reported_in_the_window(start: Start) -> None:
    app = start("start_on_a_full_disk", "--sandbox")
    assert "has space" in app.says()
    code, errors = app.ended()
    assert code == 0
    assert "Traceback" not in errors
