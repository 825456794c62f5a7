"""A browser that can't be opened is noticed, and its address offered."""

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from kling_desktop.controllers.connection.billing import open_billing
from kling_desktop.domain.jobs.failure_catalog import BILLING_URL
from kling_desktop.ui.qt.web_browser import open_address
from kling_desktop.ui.settings.key_dialog import KeyDialog
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets import LinkButton, MessageBar


@pytest.fixture
def browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program that opens addresses; it is there once a test has written it."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    opener = tmp_path / "xdg-open"
    opener.write_text("#!/bin/sh\nexit 4\n")
    opener.chmod(0o755)
    return opener


def test_an_address_that_is_opened_needs_no_word(qtbot: QtBot, browser: Path) -> None:
    opened, failures = browser.with_name("opened"), list[int]()
    browser.write_text(f'#!/bin/sh\necho "$1" > {opened}\n')
    open_address("https://example.com/?a=1&b=2", lambda: failures.append(1))
    qtbot.waitUntil(lambda: opened.exists() and bool(opened.read_text()))
    assert opened.read_text() == "https://example.com/?a=1&b=2\n"
    assert not failures


def test_the_address_of_the_billing_page_is_offered_to_copy(qtbot: QtBot, theme: Theme, browser: Path) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    bar = MessageBar(theme, window)
    open_billing(bar)
    qtbot.waitUntil(lambda: bar.message is not None)
    assert bar.message
    assert BILLING_URL in bar.message.text
    bar.act()
    assert QGuiApplication.clipboard().text() == BILLING_URL


def test_the_key_dialog_offers_the_address_where_there_is_no_browser(
    qtbot: QtBot, theme: Theme, around: QWidget, browser: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(browser.with_name("nowhere")))
    dialog = KeyDialog(theme, around, first_run=False, offers_sandbox=True)
    dialog.open()
    link = next(one for one in dialog.findChildren(LinkButton) if "Get an API key" in one.text())
    link.click()
    qtbot.waitUntil(lambda: link.text() == "Copy the address")
    assert any("https://app.leonardo.ai/api-access" in said.text() for said in dialog.findChildren(QLabel))
    link.click()
    assert QGuiApplication.clipboard().text() == "https://app.leonardo.ai/api-access"
    dialog.reject()
