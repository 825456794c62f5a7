"""The line that a clip stands on: what it was made from, what it has led to."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from kling_desktop.domain.jobs.actions import ActionRequest, JobAction
from kling_desktop.domain.library.clip_query import LineageFilter, LineageScope
from kling_desktop.domain.library.lineage import Relation
from kling_desktop.domain.library.lineage_graph import (
    Direction,
    ExternalInput,
    HiddenCount,
    LineageEdge,
    LineageGraph,
    LineageNode,
)
from kling_desktop.ui.composer.slots.full_preview import FullPreview
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.viewer.details.lineage_tree import LineageTree

RED = 200


OLDEST, OLDER = LineageNode("oldest", "A fox"), LineageNode("older", "A fox in the snow")
YOUNGER, YOUNGEST = LineageNode("younger", "At night"), LineageNode("youngest", "At dawn")
WHOLE = LineageGraph(
    "me",
    (OLDER, OLDEST, YOUNGER, YOUNGEST),
    (
        LineageEdge("oldest", "older", Relation.RUN),
        LineageEdge("older", "me", Relation.START_FRAME, 44),
        LineageEdge("older", "me", Relation.RUN),
        LineageEdge("me", "younger", Relation.EDIT),
        LineageEdge("younger", "youngest", Relation.REFERENCE, 0),
    ),
    (HiddenCount("oldest", Direction.MADE_FROM, 2), HiddenCount("me", Direction.LED_TO, 1200)),
    "p1",
    "Winter",
)


@pytest.fixture
def lineage(theme: Theme, in_window: Callable[..., QWidget], qtbot: QtBot) -> LineageTree:
    shown = LineageTree(theme, "A wolf")
    in_window(shown, width=300)
    return shown


def rows(lineage: LineageTree) -> dict[str, QAbstractButton]:
    """From above."""
    shown = [row for row in lineage.findChildren(QAbstractButton) if row.isVisible()]
    return {row.text(): row for row in sorted(shown, key=lambda row: (row.y(), row.x()))}


def listening(lineage: LineageTree) -> list[object]:
    heard: list[object] = []
    for signal in (lineage.action_requested, lineage.filter_requested, lineage.preset_requested):
        signal.connect(heard.append)
    return heard


def test_a_clip_without_relatives_shows_nothing(lineage: LineageTree) -> None:
    lineage.show_lineage(LineageGraph("me"))
    assert not lineage.isVisible()


def test_generations_are_listed_with_the_oldest_on_top(lineage: LineageTree) -> None:
    lineage.show_lineage(WHOLE)
    assert list(rows(lineage)) == [
        "+2 more",
        "Its settings",
        "Start frame, frame 45; its settings",
        "Preset: Winter",
        "This clip",
        "Edit of it",
        "Uses it as a reference, frame 1",
        "+1,200 more",
        "Show all related clips in the library",
    ]


def test_a_clip_used_twice_is_listed_once_with_both_relations(lineage: LineageTree) -> None:
    """The oldest led to the older one, and to this clip too: as near as it can be reached."""
    nearest = LineageGraph(
        "me", (OLDER, OLDEST), (*WHOLE.edges[:3], LineageEdge("oldest", "me", Relation.REFERENCE, 7))
    )
    lineage.show_lineage(nearest)
    shown = rows(lineage)
    assert [text for text in shown if "frame 8" in text] == ["Reference, frame 8"]
    assert "Also its settings of “A fox in the snow”" in shown["Reference, frame 8"].toolTip()


def test_a_click_or_key_opens_a_relative(lineage: LineageTree, qtbot: QtBot) -> None:
    lineage.show_lineage(WHOLE)
    heard = listening(lineage)
    shown = rows(lineage)
    qtbot.mouseClick(shown["Start frame, frame 45; its settings"], Qt.MouseButton.LeftButton)
    shown["Edit of it"].setFocus()
    qtbot.keyClick(shown["Edit of it"], Qt.Key.Key_Return)
    assert heard == [ActionRequest(JobAction.OPEN, (job,)) for job in ("older", "younger")]
    name = shown["Start frame, frame 45; its settings"].accessibleName()
    assert name == "Start frame, frame 45; its settings: A fox in the snow"
    assert (
        shown["Uses it as a reference, frame 1"].accessibleName()
        == "Uses it as a reference, frame 1, of “At night”: At dawn"
    )


def test_tab_stops_once_and_arrow_keys_move_on(lineage: LineageTree, qtbot: QtBot) -> None:
    lineage.show_lineage(WHOLE)
    shown = rows(lineage)
    reached = [text for text, row in shown.items() if row.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert reached == ["+2 more", "Show all related clips in the library"]
    shown["+2 more"].setFocus()
    for _ in range(4):
        qtbot.keyClick(lineage.window().focusWidget(), Qt.Key.Key_Down)
    assert lineage.window().focusWidget() is shown["Edit of it"]  # past this clip, which leads nowhere
    qtbot.keyClick(lineage.window().focusWidget(), Qt.Key.Key_Up)
    assert lineage.window().focusWidget() is shown["Preset: Winter"]


def test_relatives_without_room_are_found_in_the_library(lineage: LineageTree, qtbot: QtBot) -> None:
    lineage.show_lineage(WHOLE)
    heard = listening(lineage)
    for text in ("+1,200 more", "+2 more", "Preset: Winter", "Show all related clips in the library"):
        qtbot.mouseClick(rows(lineage)[text], Qt.MouseButton.LeftButton)
    assert heard == [
        LineageFilter("me", LineageScope.CHILDREN),
        LineageFilter("oldest", LineageScope.PARENTS),
        "p1",
        LineageFilter("me", LineageScope.ALL),
    ]
    assert isinstance(heard[0], LineageFilter)
    assert heard[0].prompt_excerpt == "A wolf"
    assert "1,200 more clips made from “A wolf”" in rows(lineage)["+1,200 more"].accessibleName()


def test_a_deleted_parent_still_has_prompt_and_poster(lineage: LineageTree, qtbot: QtBot, tmp_path: Path) -> None:
    picture = red(tmp_path / "small.png")
    gone = LineageNode("gone", "A fox in the snow", str(picture), is_in_library=False)
    lineage.show_lineage(LineageGraph("me", (gone,), (LineageEdge("gone", "me", Relation.EDIT),)))
    row = rows(lineage)["Edited video"]
    qtbot.waitUntil(lambda: row.grab().toImage().pixelColor(60, row.height() // 2).red() > RED // 3)
    assert not row.isEnabled()
    assert "A fox in the snow" in row.accessibleName()
    assert "no longer in the library" in row.toolTip()


def test_an_input_known_by_its_id_gets_its_picture_later(lineage: LineageTree, qtbot: QtBot, tmp_path: Path) -> None:
    given = (ExternalInput(Relation.REFERENCE, 1, image="upload"),)
    gone = LineageNode("gone", "A fox", image="video", is_in_library=False)
    lineage.show_lineage(LineageGraph("me", (gone,), (LineageEdge("gone", "me", Relation.EDIT),), inputs=given))
    assert set(lineage.missing_images) == {"upload", "video"}
    tile, row = (rows(lineage)[text] for text in ("Reference 1: ID upload", "Edited video"))
    qtbot.mouseClick(tile, Qt.MouseButton.LeftButton)
    assert not lineage.window().findChildren(FullPreview)
    for image in lineage.missing_images:
        lineage.show_image(image, red(tmp_path / f"{image}.png"))
    qtbot.waitUntil(lambda: tile.grab().toImage().pixelColor(28, 28).red() > RED - 20)
    qtbot.waitUntil(lambda: row.grab().toImage().pixelColor(60, row.height() // 2).red() > RED // 3)
    qtbot.mouseClick(tile, Qt.MouseButton.LeftButton)
    [large] = lineage.window().findChildren(FullPreview)
    qtbot.waitUntil(lambda: large.grab().toImage().pixelColor(large.rect().center()).red() > RED - 20)
    qtbot.keyClick(large, Qt.Key.Key_Escape)


def red(path: Path) -> Path:
    Image.new("RGB", (64, 48), (RED, 0, 0)).save(path)
    return path


def test_own_images_are_shown_and_can_be_enlarged(lineage: LineageTree, qtbot: QtBot, tmp_path: Path) -> None:
    picture = tmp_path / "fox.png"
    Image.new("RGB", (640, 480), (RED, 0, 0)).save(picture)
    start = ExternalInput(Relation.START_FRAME, 1, str(picture), "fox.png")
    lineage.show_lineage(
        LineageGraph("me", inputs=(start, ExternalInput(Relation.REFERENCE, 2, str(tmp_path / "gone.png"), "gone.png")))
    )
    shown = rows(lineage)
    assert list(shown) == ["Start frame: fox.png", "Reference 2: gone.png"]
    tile, gone = shown.values()
    qtbot.waitUntil(lambda: tile.grab().toImage().pixelColor(28, 28).red() > RED - 20)
    qtbot.waitUntil(lambda: not gone.isEnabled())
    assert "The picture is gone." in gone.toolTip()
    tile.setFocus()
    qtbot.keyClick(tile, Qt.Key.Key_Return)
    [large] = lineage.window().findChildren(FullPreview)
    qtbot.waitUntil(lambda: large.grab().toImage().pixelColor(large.rect().center()).red() > RED - 20)
    qtbot.keyClick(large, Qt.Key.Key_Escape)
    assert not large.isVisible()
    assert not any(child.accessibleName() == "This clip" for child in lineage.findChildren(QWidget))
