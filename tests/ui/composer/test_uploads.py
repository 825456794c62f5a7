"""How far a picture is on its way to the service is seen on its slot."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from kling_desktop.domain.request.draft import Draft, LocalImage
from kling_desktop.domain.request.frame_fit import Fit
from kling_desktop.domain.request.models import Slot
from kling_desktop.domain.request.upload_status import UploadStatus
from kling_desktop.services.composer.composer import Composer
from kling_desktop.ui.composer.form_sources import FormSources
from kling_desktop.ui.composer.media_input.place import START, Place
from kling_desktop.ui.composer.panel import ComposerPanel
from kling_desktop.ui.composer.slots.slot_box import SlotBox
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets import SlotState
from tests.support.places import REFERENCES

FAILED = UploadStatus(error="The image didn't reach Leonardo.")


@dataclass
class Shown:
    """The form beside a list of how far its pictures are."""

    panel: ComposerPanel
    composer: Composer
    states: dict[str, UploadStatus] = field(default_factory=dict)
    wanted: list[tuple[Slot, str]] = field(default_factory=list)

    def tell(self, name: str, state: UploadStatus) -> None:
        self.states[name] = state
        self.panel.show_uploads()

    def box(self, place: Place) -> SlotBox:
        return next(box for box in self.panel.findChildren(SlotBox) if box.place == place)


@pytest.fixture
def shown(qtbot: QtBot, theme: Theme, tmp_path: Path, picture: Callable[..., Path]) -> Callable[[Draft], Shown]:
    def opened(draft: Draft) -> Shown:
        composer = Composer(draft)
        states: dict[str, UploadStatus] = {}
        panel = ComposerPanel(
            theme,
            composer,
            tmp_path / "media",
            sources=FormSources(upload_of=lambda _slot, image: states.get(image.name)),
        )
        qtbot.addWidget(panel)
        panel.resize(408, 826)
        panel.show()
        qtbot.waitExposed(panel)
        form = Shown(panel, composer, states)
        panel.slots.upload_requested.connect(lambda slot, image: form.wanted.append((slot, image.name)))
        return form

    return opened


@pytest.fixture
def framed(picture: Callable[..., Path]) -> Draft:
    image = LocalImage(str(picture("cat.png")), "cat.png", "c" * 64, 640, 360)
    return Draft("A cat", start_frame=(image,))


def test_a_slot_shows_upload_progress_and_completion(shown: Callable[[Draft], Shown], framed: Draft) -> None:
    form = shown(framed)
    box = form.box(START)
    assert box.view.state is SlotState.FILLED
    form.tell("cat.png", UploadStatus(62))
    assert (box.view.state, box.view.percent) == (SlotState.UPLOADING, 62)
    assert "62 %" in box.accessibleDescription()
    form.tell("cat.png", UploadStatus(is_done=True))
    assert (box.view.state, box.view.tag, box.view.caption) == (SlotState.FILLED, "UPLOADED", "640 × 360")


@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)
def test_a_failed_upload_shows_retry_for_mouse_and_keyboard(
    shown: Callable[[Draft], Shown], framed: Draft, qtbot: QtBot
) -> None:
    form = shown(framed)
    box = form.box(START)
    form.tell("cat.png", FAILED)
    assert (box.view.tag, box.view.caption) == ("RETRY", "Upload failed")
    assert "didn't reach Leonardo" in box.toolTip()
    assert form.composer.blocked_reason is None
    qtbot.waitUntil(lambda: box.view.picture is not None)
    box.repaint()
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=box.tag_rect().center())
    assert form.wanted == [(Slot.START_FRAME, "cat.png")]
    box.setFocus()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, box.rect().center(), box.mapToGlobal(QPoint(5, 5)))
    QApplication.sendEvent(box, event)
    [menu] = box.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly)
    [again] = [action for action in menu.actions() if action.text() == "Upload again"]
    again.trigger()
    menu.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert len(form.wanted) == 2


def test_small_slots_and_fitted_frames_show_it_too(
    shown: Callable[[Draft], Shown], picture: Callable[..., Path]
) -> None:
    dog = LocalImage(str(picture("dog.png")), "dog.png", "d" * 64, 640, 360)
    form = shown(Draft("@image1", image_reference=(dog,)))
    box = form.box(REFERENCES[0])
    form.tell("dog.png", UploadStatus(30))
    assert (box.view.state, box.view.percent) == (SlotState.UPLOADING, 30)
    form.tell("dog.png", FAILED)
    assert box.view.tag == "RETRY"
    form.tell("dog.png", UploadStatus(is_done=True))
    assert "Uploaded" in box.toolTip()
    tall = LocalImage(str(picture("tall.png", 600, 900)), "tall.png", "t" * 64, 600, 900, fit=Fit.PAD)
    form = shown(Draft("A tower", start_frame=(tall,)))
    form.tell("tall.png", UploadStatus(50))
    assert form.box(START).view.percent == 50
    assert form.box(START).view.state is SlotState.UPLOADING
