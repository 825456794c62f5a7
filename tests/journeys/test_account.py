"""The account area: what is wrong with the account, its key, the profiles, and the way into and out of the sandbox."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu

from kling_desktop.sandbox_process import SandboxProcess
from kling_desktop.session import Service
from kling_desktop.ui.settings.key_dialog import KeyDialog
from kling_desktop.ui.settings.profile_dialog import ProfileDialog
from kling_desktop.ui.shell.account_area import AccountArea, AccountButton
from kling_desktop.ui.widgets import Button, LinkButton, PrimaryButton, StatusDotButton, Tag
from tests.journeys.app_fixture import AppDriver
from tests.journeys.conftest import OpenApp
from tests.journeys.ui_driver import wait_until

# The offscreen platform has no keyboard for an open menu to grab.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard", extend=True)
KEY, OTHER_KEY = "c0ffee00-0000-4000-8000-00000000a111", "c0ffee00-0000-4000-8000-00000000b222"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """Stands for Leonardo."""
    process = SandboxProcess(tmp_path / "service", ("--speed", "20"))
    yield Service(process.base, process.base)
    process.close()


@pytest.mark.parametrize(
    ("fault", "words"), [("unauthorized=1", "Key refused"), ("model_missing=1", "Kling O1 not included")]
)
async def test_a_refused_key_and_a_missing_model_are_said_at_start(open_app: OpenApp, fault: str, words: str) -> None:
    async with open_app(None, "--fault", fault) as app:
        await wait_until(lambda: app.find_all(StatusDotButton, words), "The problem in the account area")
        message = app.application.window.messages.message
        assert message
        assert message.action == "Change the key"
        message_before = app.message
        app.application.window.messages.dismiss()
        await app.click(app.find(StatusDotButton, words))
        assert app.message == message_before


async def test_no_network_is_said_at_start_and_no_longer_once_it_is_there(open_app: OpenApp, service: Service) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{unused.getsockname()[1]}"
        async with open_app(leonardo=Service(nowhere, nowhere), by_the_welcome=True) as app:
            await paste_key(app, KEY, "Save anyway")
            await wait_until(lambda: app.find_all(StatusDotButton, "No connection"), "The problem")
            app.application.window.messages.dismiss()
            await app.click(app.find(StatusDotButton, "No connection"))
            assert app.find(LinkButton, "Try again")
            await choose(app, "Sandbox: free, on this computer")
            await wait_until(lambda: "credits" in app.find(AccountButton).accessibleName(), "The account")
            assert not app.find_all(StatusDotButton, "No connection")


async def test_a_key_is_shown_by_its_end_checked_removed_and_brought_back(open_app: OpenApp, service: Service) -> None:
    async with open_app(leonardo=service, by_the_welcome=True) as app:
        await paste_key(app, KEY)
        await app.wait_until_connected()
        dialog = await key_dialog(app)
        await wait_until(lambda: shows(dialog, "ending in a111"), "The end of the key")
        assert not shows(dialog, KEY)
        await app.click(app.find(Button, "Check key", where=dialog))
        await wait_until(lambda: shows(dialog, "The key works."), "The verdict")
        await app.press("Space", on=app.find(Button, "Remove key", where=dialog))
        await wait_until(lambda: app.find_all(PrimaryButton, "Add your API key…"), "No key")
        assert app.application.composer.send_blocker == "Add your API key first"
        await wait_until(lambda: app.find_all(LinkButton, "Undo"), "The way back")
        app.application.window.messages.act()
        await app.wait_until_connected()
        assert not app.find_all(PrimaryButton, "Add your API key…")


async def test_profiles_are_made_named_and_switched(open_app: OpenApp, service: Service) -> None:
    async with open_app(leonardo=service, by_the_welcome=True) as app:
        await paste_key(app, KEY)
        await app.wait_until_connected()
        await name_profile(app, "New profile…", "Studio")
        await wait_until(lambda: app.find_all(KeyDialog), "The question for its key")
        assert app.find(KeyDialog).windowTitle() == "API key of “Studio”"
        await paste_key(app, OTHER_KEY)
        await app.wait_until_connected()
        await name_profile(app, "Rename this profile…", "Default", refused="already has this name")
        await name_profile(app, "Rename this profile…", "Film studio")
        await choose(app, "Default")
        assert await stored_end(app) == "a111"
        await choose(app, "Film studio")
        assert await stored_end(app) == "b222"
    async with open_app(leonardo=service, by_the_welcome=True) as app:
        await wait_until(lambda: app.find_all(KeyDialog), "The question for a key that no keyring kept")
        assert app.controllers.connection.profile == "Studio"
        assert app.controllers.profiles.names == {"default": "Default", "Studio": "Film studio"}


async def test_the_sandbox_has_a_way_out_and_in(open_app: OpenApp, service: Service) -> None:
    async with open_app(leonardo=service) as app:
        await app.wait_until_connected()
        await app.click(app.find(LinkButton, "Leave"))
        await wait_until(lambda: app.find_all(KeyDialog), "The question for a key")
        app.find(KeyDialog).reject()
        assert not app.find_all(Tag, "SANDBOX")
        await app.click(app.find(Button, "Try the sandbox"))
        await app.wait_until_connected()
        assert app.find(Tag, "SANDBOX")


async def paste_key(app: AppDriver, key: str, *buttons: str) -> None:
    await wait_until(lambda: app.find_all(KeyDialog), "The key dialog")
    dialog = app.find(KeyDialog)
    await app.click(app.find(QLineEdit, "API key", where=dialog))
    await app.type(key)
    await app.press("Return")
    for button in buttons:
        await wait_until(lambda: app.find_all(PrimaryButton, button, where=dialog), button)  # noqa: B023
        await app.press("Return")
    await wait_until(lambda: not app.find_all(KeyDialog), "The end of the dialog")


async def key_dialog(app: AppDriver) -> KeyDialog:
    await choose(app, "API key…")
    await wait_until(lambda: app.find_all(KeyDialog), "The key dialog")
    return app.find(KeyDialog)


async def stored_end(app: AppDriver) -> str:
    await app.wait_until_connected()
    dialog = await key_dialog(app)
    await wait_until(lambda: shows(dialog, "ending in"), "The end of the key")
    [sentence] = [said.text() for said in dialog.findChildren(QLabel) if "ending in" in said.text()]
    dialog.reject()
    return sentence.partition("ending in ")[2][:4]


def shows(dialog: KeyDialog, words: str) -> bool:
    return any(words in said.text() for said in dialog.findChildren(QLabel) if said.isVisible())


async def choose(app: AppDriver, name: str) -> None:
    """In the account's menu."""
    area = app.find(AccountArea)
    await app.click(app.find(AccountButton))
    await wait_until(lambda: area.findChildren(QMenu), "The menu")
    [menu] = area.findChildren(QMenu)
    [action] = [action for action in menu.actions() if action.text() == name]
    action.trigger()
    menu.hide()
    await wait_until(lambda: not area.findChildren(QMenu), "The end of the menu")


async def name_profile(app: AppDriver, entry: str, name: str, *, refused: str = "") -> None:
    await choose(app, entry)
    await wait_until(lambda: app.find_all(ProfileDialog), "The dialog")
    dialog = app.find(ProfileDialog)
    await app.click(app.find(QLineEdit, where=dialog))
    await app.press("Ctrl+A")
    await app.type(name)
    await app.press("Return")
    if refused:
        assert any(refused in said.text() for said in dialog.findChildren(QLabel))
        dialog.reject()
    await wait_until(lambda: not app.find_all(ProfileDialog), "The end of the dialog")
