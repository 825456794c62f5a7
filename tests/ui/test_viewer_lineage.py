"""The line that a clip stands on: what it was made from, what it has led to."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from kling_desktop.domain.lineage import Given, Relative, Relatives, Tie
from kling_desktop.ui.composer.full_preview import FullPreview
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.viewer.lineage import Lineage

RED = 200


@pytest.fixture
def lineage(theme: Theme, in_window: Callable[..., QWidget], qtbot: QtBot) -> Lineage:
    shown = Lineage(theme)
    in_window(shown, width=300)
    return shown


def rows(lineage: Lineage) -> dict[str, QAbstractButton]:
    return {row.text(): row for row in lineage.findChildren(QAbstractButton) if row.isVisible()}


def test_a_clip_without_relatives_shows_nothing(lineage: Lineage) -> None:
    lineage.show_relatives(Relatives())
    assert not lineage.isVisible()


def test_a_click_or_a_key_leads_to_a_relative(lineage: Lineage, qtbot: QtBot) -> None:
    before = Relative("older", Tie.START_FRAME, 44, "A fox in the snow")
    after = Relative("younger", Tie.EDIT, None, "At night")
    lineage.show_relatives(Relatives((before,), (after,)))
    chosen: list[str] = []
    lineage.chosen.connect(chosen.append)
    qtbot.mouseClick(rows(lineage)["Start frame, frame 45"], Qt.MouseButton.LeftButton)
    rows(lineage)["An edit of it"].setFocus()
    qtbot.keyClick(rows(lineage)["An edit of it"], Qt.Key.Key_Return)
    assert chosen == ["older", "younger"]
    assert rows(lineage)["Start frame, frame 45"].accessibleName() == "Start frame, frame 45: A fox in the snow"


def test_a_parent_that_is_gone_is_still_named_and_pictured(lineage: Lineage, qtbot: QtBot, tmp_path: Path) -> None:
    picture = tmp_path / "small.png"
    Image.new("RGB", (64, 48), (RED, 0, 0)).save(picture)
    gone = Relative("gone", Tie.EDIT, None, "A fox in the snow", str(picture), there=False)
    lineage.show_relatives(Relatives((gone,)))
    [row] = rows(lineage).values()
    qtbot.waitUntil(lambda: row.grab().toImage().pixelColor(50, row.height() // 2).red() > RED // 3)
    assert not row.isEnabled()
    assert "A fox in the snow" in row.toolTip()
    assert "no longer in the library" in row.toolTip()


def test_of_many_the_first_are_shown_and_the_rest_is_counted(lineage: Lineage) -> None:
    lineage.show_relatives(Relatives(led_to=tuple(Relative(str(n), Tie.RUN, None, f"Take {n}") for n in range(40))))
    assert len([row for row in lineage.findChildren(QAbstractButton) if row.isVisible()]) == 5
    assert any(child.accessibleName() == "and 35 more" for child in lineage.findChildren(QWidget))


def test_pictures_of_the_user_s_own_are_shown_and_seen_large(lineage: Lineage, qtbot: QtBot, tmp_path: Path) -> None:
    picture = tmp_path / "fox.png"
    Image.new("RGB", (640, 480), (RED, 0, 0)).save(picture)
    start = Given(Tie.START_FRAME, 1, str(picture), "fox.png")
    lineage.show_relatives(Relatives(given=(start, Given(Tie.REFERENCE, 2, str(tmp_path / "gone.png"), "gone.png"))))
    shown = rows(lineage)
    assert list(shown) == ["Start frame: fox.png", "Reference 2: gone.png"]
    tile, gone = shown.values()
    qtbot.waitUntil(lambda: tile.grab().toImage().pixelColor(28, 28).red() > RED - 20)
    qtbot.waitUntil(lambda: not gone.isEnabled())
    assert "isn't there any more" in gone.toolTip()
    tile.setFocus()
    qtbot.keyClick(tile, Qt.Key.Key_Return)
    [large] = lineage.window().findChildren(FullPreview)
    qtbot.waitUntil(lambda: large.grab().toImage().pixelColor(large.rect().center()).red() > RED - 20)
    qtbot.keyClick(large, Qt.Key.Key_Escape)
    assert not large.isVisible()
    assert not any(child.accessibleName() == "This clip" for child in lineage.findChildren(QWidget))
