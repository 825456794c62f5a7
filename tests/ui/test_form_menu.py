"""What is dropped on the window beside the slots."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kling_desktop.domain.body import Reading
from kling_desktop.domain.draft import Draft
from kling_desktop.ui.form_menu import FormMenu
from kling_desktop.ui.tasks import Tasks
from kling_desktop.work.composer import Composer


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def menu(window: QWidget) -> FormMenu:
    return FormMenu(window, Composer(), Tasks(lambda _: None), lambda _: None, lambda _: Reading(Draft()))


def dropped(*names: str) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(Path("/tmp") / name)) for name in names])
    return data


def test_several_preset_files_are_taken_together(menu: FormMenu, qtbot: QtBot) -> None:
    both = dropped("Noir.preset.json", "Mine.klingpresets")
    assert menu.understands(both)
    with qtbot.waitSignal(menu.presets_dropped) as told:
        menu.fill_in(both)
    assert told.args == [["/tmp/Noir.preset.json", "/tmp/Mine.klingpresets"]]
    with qtbot.waitSignal(menu.presets_dropped) as told:
        menu.fill_in(dropped("Mine.klingpresets"))
    assert told.args == [["/tmp/Mine.klingpresets"]]


def test_several_requests_at_once_are_none(menu: FormMenu) -> None:
    assert menu.understands(dropped("request.json"))
    assert not menu.understands(dropped("request.json", "other.json"))
    assert not menu.understands(dropped("Noir.preset.json", "cat.png"))
