"""Speaking of references in the prompt."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kling_desktop.domain.request.draft import UPLOADED, Draft, LocalImage, StoredMedia
from kling_desktop.domain.request.models import Slot
from kling_desktop.ui.composer.prompt.autocomplete import Autocomplete
from kling_desktop.ui.composer.prompt.mention_preview import MentionPreview
from tests.support.places import REFERENCES
from tests.ui.composer.conftest import IMAGE_ID, FormDriver

Open = Callable[..., FormDriver]
Picture = Callable[..., Path]
Key = Qt.Key
ANOTHER_ID = "2f197fd2-30f6-41a0-9d2c-5a2e3c1b7a10"


@pytest.fixture
def three(open_form: Open, picture: Picture) -> FormDriver:
    """A form with three references, the last a picture file."""
    file = LocalImage(str(picture("Harbour.png")), "Harbour.png", width=640, height=360)
    return open_form(Draft(image_reference=(StoredMedia(IMAGE_ID, UPLOADED), StoredMedia(ANOTHER_ID, UPLOADED), file)))


def picker(form: FormDriver) -> Autocomplete:
    return next(one for one in form.panel.findChildren(Autocomplete) if one.accessibleName() == "References to mention")


def preview(form: FormDriver) -> MentionPreview:
    return form.panel.findChildren(MentionPreview)[0]


def point_of(form: FormDriver, at: int) -> QPoint:
    cursor = QTextCursor(form.prompt.document())
    cursor.setPosition(at)
    return form.prompt.cursorRect(cursor).center() + QPoint(3, 0)


def rest_on(form: FormDriver, at: int) -> None:
    point = point_of(form, at)
    viewport = form.prompt.viewport()
    QApplication.sendEvent(viewport, QHelpEvent(QEvent.Type.ToolTip, point, viewport.mapToGlobal(point)))


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Enter, Key.Key_Tab])
def test_an_at_sign_lists_the_references(three: FormDriver, key: Qt.Key) -> None:
    three.type("a cat by @")
    assert picker(three).isVisible()
    assert three.prompt.hasFocus()
    three.press(Key.Key_Down)
    three.press(key)
    assert three.composer.draft.prompt == "a cat by @image2 "
    assert not picker(three).isVisible()
    assert three.prompt.hasFocus()
    three.type("runs")
    assert three.composer.draft.prompt == "a cat by @image2 runs"


def test_the_arrow_keys_wrap_around(three: FormDriver) -> None:
    three.type("@")
    three.press(Key.Key_Up)
    three.press(Key.Key_Return)
    assert three.composer.draft.prompt == "@image3 "


@pytest.mark.parametrize(
    ("typed", "chosen"), [("@3", "@image3 "), ("@ha", "@image3 "), ("@im", "@image1 "), ("@IMAGE", "@image1 ")]
)
def test_typing_narrows_the_list(three: FormDriver, typed: str, chosen: str) -> None:
    three.type(typed)
    three.press(Key.Key_Return)
    assert three.composer.draft.prompt == chosen


def test_a_click_chooses_and_the_prompt_keeps_the_focus(three: FormDriver) -> None:
    three.type("by @")
    rows = picker(three).childAt(picker(three).rect().center())
    assert rows
    QTest.mouseClick(rows, Qt.MouseButton.LeftButton, pos=QPoint(20, 60))
    assert three.composer.draft.prompt == "by @image2 "
    assert three.prompt.hasFocus()


def test_esc_closes_the_list_until_the_next_at_sign(three: FormDriver) -> None:
    three.type("@")
    three.press(Key.Key_Escape)
    assert not picker(three).isVisible()
    three.type("i")
    assert not picker(three).isVisible()
    three.press(Key.Key_Return)
    assert three.composer.draft.prompt == "@i\n"
    three.type("@")
    assert picker(three).isVisible()


@pytest.mark.parametrize("typed", ["me@", "@zebra", "@image2", "@image2 ", "no mention"])
def test_the_list_never_covers_the_cursor(three: FormDriver, typed: str) -> None:
    three.type(typed)
    assert not picker(three).isVisible()
    three.press(Key.Key_Return)
    assert three.composer.draft.prompt == typed + "\n"


def test_without_references_the_list_explains_them_and_takes_no_key(form: FormDriver) -> None:
    form.type("@")
    assert picker(form).isVisible()
    form.press(Key.Key_Return)
    assert form.composer.draft.prompt == "@\n"
    assert not picker(form).isVisible()


def test_a_mention_is_inserted_between_words_and_after_an_emoji(three: FormDriver) -> None:
    three.composer.edit(prompt="🐈 runs")
    cursor = three.prompt.textCursor()
    cursor.setPosition(2)
    three.prompt.setTextCursor(cursor)
    three.type(" @")
    three.press(Key.Key_Return)
    assert three.composer.draft.prompt == "🐈 @image1 runs"


def test_leaving_the_prompt_closes_the_list(three: FormDriver) -> None:
    three.type("@")
    three.box(REFERENCES[0]).setFocus()
    assert not picker(three).isVisible()


def test_a_mention_under_the_mouse_shows_its_picture(three: FormDriver) -> None:
    three.composer.edit(prompt="🐈 @image3 and @image4")
    three.until(lambda: three.box(REFERENCES[2]).view.picture is not None)
    rest_on(three, 5)
    assert preview(three).isVisible()
    assert preview(three).accessibleName() == "@image3, Harbour.png · 640 × 360"
    QTest.mouseMove(three.prompt.viewport(), point_of(three, 0))
    QApplication.processEvents()
    assert not preview(three).isVisible()
    rest_on(three, 18)
    assert preview(three).accessibleName() == "@image4, There is no reference 4"
    three.press(Key.Key_X)
    assert not preview(three).isVisible()
    rest_on(three, 13)
    assert not preview(three).isVisible()


def test_removing_a_reference_renumbers_the_prompt_in_one_step(three: FormDriver) -> None:
    three.composer.edit(prompt="@image1, @image2, @image3")
    three.box(REFERENCES[0]).setFocus()
    three.press(Key.Key_Delete)
    assert three.prompt.text() == "@image3, @image1, @image2"
    assert three.said() == ["The prompt mentions @image3, but there is no reference 3"]
    three.composer.undo()
    assert three.prompt.text() == "@image1, @image2, @image3"
    assert len(three.composer.draft.media(Slot.IMAGE_REFERENCE)) == 3


def test_a_space_typed_after_a_chosen_mention_is_not_doubled(three: FormDriver) -> None:
    three.prompt.setFocus()
    three.prompt.selectAll()
    three.type("see @")
    three.press(Qt.Key.Key_Return)
    three.type(" and")
    assert three.prompt.text() == "see @image1 and"
    three.type("  ")
    assert three.prompt.text() == "see @image1 and  "
