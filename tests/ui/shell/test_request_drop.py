"""What is dropped on the window beside the slots."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kling_desktop.domain.parsing.body_parser import parse_body
from kling_desktop.domain.parsing.parsed_request import ParsedRequest
from kling_desktop.domain.request.draft import Draft, LocalImage
from kling_desktop.domain.request.upload_status import UploadStatus
from kling_desktop.media.image.import_copy import import_image
from kling_desktop.services.composer.composer import Composer
from kling_desktop.ui.export.files_mime import blank_mime
from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.search.search_field import SearchField
from kling_desktop.ui.shell.form_menu import FormMenu
from kling_desktop.ui.shell.request_drop import RequestDrop
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets import Message
from kling_desktop.ui.widgets.note_fields import NotesField, TagsField
from tests.support.drag_events import send_drag, send_drop

IMAGE_ID = "1f197fd2-30f6-41a0-9d2c-5a2e3c1b7a10"


@pytest.fixture
def told() -> list[Message]:
    return []


@pytest.fixture
def composer() -> Composer:
    return Composer(Draft(prompt="mine"))


@pytest.fixture
def requests(around: QWidget, composer: Composer, told: list[Message]) -> RequestDrop:
    menu = FormMenu(around, composer)
    return RequestDrop(
        menu,
        composer,
        Tasks(lambda _: None, lambda: None),
        told.append,
        lambda _name, _code_page: ParsedRequest(Draft()),
    )


def dropped(*names: str) -> QMimeData:
    data = blank_mime()
    data.setUrls([QUrl.fromLocalFile(str(Path("/tmp") / name)) for name in names])
    return data


def test_several_preset_files_are_imported_together(requests: RequestDrop, qtbot: QtBot) -> None:
    both = dropped("Noir.preset.json", "Mine.klingpresets")
    assert requests.can_read(both)
    with qtbot.waitSignal(requests.presets_dropped) as told:
        requests.fill(both)
    assert told.args == [["/tmp/Noir.preset.json", "/tmp/Mine.klingpresets"]]
    with qtbot.waitSignal(requests.presets_dropped) as told:
        requests.fill(dropped("Mine.klingpresets"))
    assert told.args == [["/tmp/Mine.klingpresets"]]


def test_several_requests_at_once_are_not_accepted(requests: RequestDrop) -> None:
    assert requests.can_read(dropped("request.json"))
    assert not requests.can_read(dropped("request.json", "other.json"))
    assert not requests.can_read(dropped("Noir.preset.json", "cat.png"))


def test_warnings_of_a_request_are_listed_and_one_click_restores_the_form(
    requests: RequestDrop, composer: Composer, told: list[Message]
) -> None:
    parameters = {"prompt": "theirs", "duration": 5, "width": 1920, "height": 1080, "wobble": 0.3}
    request = parse_body({"model": "kling-video-o-1", "public": True, "parameters": parameters})
    requests.take(request)
    [message] = told
    assert message.text.split("\n") == [
        "The form is filled in. Please note:",
        f"• {request.warnings[0].message}",
        "• The request was public; the form isn't",
    ]
    assert (message.action, composer.draft.prompt) == ("Undo", "theirs")
    assert message.act
    message.act()
    assert composer.draft == Draft(prompt="mine")


def test_many_warnings_are_shortened(requests: RequestDrop, told: list[Message]) -> None:
    requests.take(parse_body({"parameters": {f"key{number}": number for number in range(9)}}))
    lines = told[0].text.split("\n")
    assert (len(lines), lines[-1]) == (7, "• and 9 more")


def paste(menu_of: RequestDrop, data: QMimeData) -> None:
    QGuiApplication.clipboard().setMimeData(data)
    menu = menu_of.parent()
    assert isinstance(menu, FormMenu)
    menu.paste.trigger()
    QGuiApplication.clipboard().clear()


def test_a_copied_table_file_can_be_pasted(requests: RequestDrop, qtbot: QtBot) -> None:
    copied = dropped("shots.CSV")
    copied.setText("/tmp/shots.CSV")  # as file managers do
    with qtbot.waitSignal(requests.table_dropped) as told:
        paste(requests, copied)
    assert told.args == ["/tmp/shots.CSV"]
    with qtbot.waitSignal(requests.presets_dropped) as told:
        paste(requests, dropped("Noir.preset.json", "Mine.klingpresets"))
    assert told.args == [["/tmp/Noir.preset.json", "/tmp/Mine.klingpresets"]]


def test_a_pasted_file_without_a_request_is_explained(
    requests: RequestDrop, told: list[Message], composer: Composer
) -> None:
    paste(requests, dropped("cat.png"))
    paste(requests, dropped("a.csv", "b.csv"))
    assert told[0].text.startswith("“cat.png” doesn't contain a request. You can paste")
    assert "a table (CSV, TSV)" in told[0].text
    assert told[1].text.startswith("None of these 2 files contains a request")
    assert composer.draft == Draft(prompt="mine")


@pytest.mark.parametrize("copy", ["copy_json", "copy_curl"])
def test_copied_requests_carry_the_ids_that_are_known(around: QWidget, told: list[Message], copy: str) -> None:
    up, waiting = (LocalImage(f"/media/{name}.png", f"{name}.png", name * 64, 800, 600) for name in "ab")
    composer = Composer(Draft(prompt="@image1 meets @image2", image_reference=(up, waiting)))
    menu = FormMenu(around, composer)
    known = {up: UploadStatus(is_done=True, image_id=IMAGE_ID), waiting: UploadStatus(40)}
    _requests = RequestDrop(
        menu,
        composer,
        Tasks(lambda _: None, lambda: None),
        told.append,
        lambda _name, _code_page: ParsedRequest(Draft()),
        lambda _, image: known[image],
    )
    getattr(menu, copy).trigger()
    copied = QGuiApplication.clipboard().text()
    assert IMAGE_ID in copied
    assert "/media/a.png" not in copied
    assert "/media/b.png" in copied
    assert "1 image isn't uploaded yet" in told[-1].text


async def test_images_of_a_pasted_request_are_prepared_as_dropped_ones_are(
    around: QWidget, told: list[Message], tmp_path: Path
) -> None:
    Image.new("RGBA", (320, 320), (9, 9, 9, 90)).save(tmp_path / "glass.png")
    names = ("glass.png", "gone.png")
    draft = Draft(image_reference=tuple(LocalImage(str(tmp_path / name)) for name in names))
    composer, tasks = Composer(), Tasks(lambda _: None, lambda: None)
    requests = RequestDrop(
        FormMenu(around, composer),
        composer,
        tasks,
        told.append,
        lambda _name, _code_page: ParsedRequest(draft),
        import_image=lambda file: import_image(Path(file), tmp_path / "kept").as_local_image,
    )
    requests.read_file(str(tmp_path / "request.json"))
    while not told:
        await asyncio.sleep(0)
    glass, gone = composer.draft.image_reference
    assert isinstance(glass, LocalImage)
    assert (glass.name, glass.note) == ("glass.png", "Transparent areas filled with white")
    assert Path(glass.file).parent == tmp_path / "kept"
    assert gone == LocalImage(str(tmp_path / "gone.png"))
    assert "“gone.png” no longer exists" in told[-1].text


@pytest.mark.parametrize("make", [SearchField, lambda _theme: TagsField(), lambda _theme: NotesField(60)])
def test_a_file_over_a_text_field_goes_to_the_window(
    theme: Theme, in_window: Callable[..., QWidget], make: Callable[[Theme], QWidget]
) -> None:
    field = make(theme)
    window = in_window(field)
    taken = list[str]()

    class Taker(QObject):
        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
            if isinstance(event, QDropEvent) and event.type() == QEvent.Type.Drop:
                taken.append(event.mimeData().urls()[0].fileName())
            if isinstance(event, QDropEvent):
                event.acceptProposedAction()
                return True
            return False

    taker = Taker()
    window.setAcceptDrops(True)
    window.installEventFilter(taker)
    target = field.viewport() if isinstance(field, NotesField) else field
    send_drag(target, dropped("request.json"), QPoint(5, 5))
    send_drop(target, dropped("request.json"), QPoint(5, 5))
    assert taken == ["request.json"]
    text = blank_mime()
    text.setText("fox")
    send_drag(target, text, QPoint(5, 5))
    send_drop(target, text, QPoint(5, 5))
    assert taken == ["request.json"]
