"""The whole form in a window, and hands for it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.request.draft import Draft, LocalImage
from kling_desktop.domain.request.models import Slot
from kling_desktop.services.composer.composer import Composer
from kling_desktop.ui.composer.form_sources import FormSources
from kling_desktop.ui.composer.media_input.drop_data import CLIP_MIME
from kling_desktop.ui.composer.media_input.place import Place
from kling_desktop.ui.composer.panel import ComposerPanel
from kling_desktop.ui.composer.slots.media_thumbnails import ClipChoice, MediaThumbnail
from kling_desktop.ui.composer.slots.notes import NoteList
from kling_desktop.ui.composer.slots.rejection_card import RejectionCard
from kling_desktop.ui.composer.slots.slot_box import SlotBox
from kling_desktop.ui.composer.slots.slot_popover import SlotPopover
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets import LinkButton, PrimaryButton, PromptEdit
from tests.support.drag_events import send_drag, send_drag_leave, send_drop

IMAGE_ID = "1f197fd2-30f6-41a0-9d2c-5a2e3c1b7a10"


@dataclass
class WebStub:
    """What is asked for, and answered when a test says so."""

    asked: list[str] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)
    answers: dict[str, Callable[[bytes | str], None]] = field(default_factory=dict)

    def fetch(self, address: str, _name: str, done: Callable[[bytes | str], None]) -> Callable[[], None]:
        self.asked.append(address)
        self.answers[address] = done
        return lambda: self.given_up.append(address)


@dataclass
class FormDriver:
    """The form as a user has it before them."""

    composer: Composer
    panel: ComposerPanel
    folder: Path
    qtbot: QtBot
    web: WebStub = field(default_factory=WebStub)

    def box(self, place: Place) -> SlotBox:
        return next(box for box in self.panel.findChildren(SlotBox) if box.place == place)

    @property
    def prompt(self) -> PromptEdit:
        return self.panel.findChildren(PromptEdit)[0]

    @property
    def generate(self) -> PrimaryButton:
        return self.panel.findChildren(PrimaryButton)[0]

    @property
    def popover(self) -> SlotPopover:
        return self.panel.findChildren(SlotPopover)[0]

    @property
    def line(self) -> QLineEdit:
        return self.popover.findChildren(QLineEdit)[0]

    def press(self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """A key to whatever has the keyboard."""
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key, held)

    def type(self, text: str) -> None:
        for letter in text:
            focused = QApplication.focusWidget()
            assert focused is not None
            QTest.keyClicks(focused, letter)

    def click(self, widget: QWidget) -> None:
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def drag_over(self, widget: QWidget, data: QMimeData) -> None:
        send_drag(widget, data)

    def drag_away(self, widget: QWidget) -> None:
        send_drag_leave(widget)

    def drop(self, place: Place, data: QMimeData) -> None:
        box = self.box(place)
        self.drag_over(box, data)
        send_drop(box, data)

    def until(self, holds: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(holds, timeout=10_000)

    def said(self) -> list[str]:
        """Every sentence that stands over the form, then those that stand in it."""
        shown = [notes for notes in self.panel.findChildren(NoteList) if notes.isVisible()]
        shown.sort(key=lambda notes: not isinstance(notes.parent(), RejectionCard))
        return [note.text for notes in shown for note in notes.notes]

    def link(self, text: str) -> LinkButton:
        return next(link for link in self.panel.findChildren(LinkButton) if link.text() == text and link.isVisible())

    def thumbs(self) -> list[MediaThumbnail]:
        """The pictures that the open sheet offers."""
        return [thumb for thumb in self.popover.findChildren(MediaThumbnail) if thumb.isVisible()]

    def images(self, slot: Slot) -> list[str]:
        return [image.name for image in self.composer.draft.media(slot) if isinstance(image, LocalImage)]


@pytest.fixture
def open_form(qtbot: QtBot, theme: Theme, tmp_path: Path) -> Callable[..., FormDriver]:
    """Opens the form on a draft, in an active window with the keyboard in the prompt."""

    def opened(
        draft: Draft | None = None,
        obstacle: str = "",
        height: int = 826,
        earlier: tuple[str, ...] = (),
        clips: tuple[ClipChoice, ...] = (),
        clip_of: Callable[[str], Job | None] = lambda _digest: None,
    ) -> FormDriver:
        composer = Composer(draft, obstacle)
        folder = tmp_path / "media"
        web = WebStub()
        panel = ComposerPanel(
            theme,
            composer,
            folder,
            fetch=web.fetch,
            sources=FormSources(earlier_prompts=lambda: earlier, clips=lambda: clips, clip_of=clip_of),
        )
        qtbot.addWidget(panel)
        panel.resize(408, height)
        panel.show()
        panel.activateWindow()
        qtbot.waitExposed(panel)
        panel.focus_control("prompt")
        QApplication.processEvents()
        return FormDriver(composer, panel, folder, qtbot, web)

    return opened


@pytest.fixture
def form(open_form: Callable[..., FormDriver]) -> FormDriver:
    """The empty form."""
    return open_form()


@pytest.fixture
def picture(tmp_path: Path) -> Callable[..., Path]:
    """Makes a picture file of the user's."""

    def made(name: str = "cat.png", width: int = 640, height: int = 360) -> Path:
        path = tmp_path / name
        Image.new("RGB", (width, height), (len(name) * 20 % 255, 90, 107)).save(path)
        return path

    return made


def files(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def words(text: str) -> QMimeData:
    data = QMimeData()
    data.setText(text)
    return data


def clip(image: str | None = IMAGE_ID, seconds: float = 5.0, file: str = "") -> QMimeData:
    data = QMimeData()
    told = {"job": "j", "generation": "g", "image": image, "file": file, "width": 1920, "height": 1080}
    data.setData(CLIP_MIME, json.dumps({**told, "seconds": seconds}).encode())
    return data
