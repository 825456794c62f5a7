"""A clip of the app as a file works in every slot as it does from the library; requests are read wherever they fall."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint
from PySide6.QtWidgets import QFileDialog

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.request.draft import GENERATED, Draft, LocalImage, StoredMedia
from kling_desktop.domain.request.models import Size
from kling_desktop.media.metadata.clip_metadata import write_clip_metadata
from kling_desktop.media.metadata.digest import content_digest
from kling_desktop.services.clips.clip_metadata import build_clip_metadata
from kling_desktop.ui.composer.media_input.place import CLIPS, IMAGES, START, VIDEO, Place
from tests.media.video_fixtures import write_video
from tests.support.drag_events import send_drag, send_drop
from tests.support.places import REFERENCES
from tests.ui.composer.conftest import IMAGE_ID, FormDriver, files

Open = Callable[..., FormDriver]
JOB = Job(
    *("job1", "https://service", "default", "window", "/clips", Draft(prompt="a fox", size=Size(320, 320)), 1.0),
    state=Done("generation", IMAGE_ID, "/clips/a.mp4", "/posters/a.jpg"),
)


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write_video(tmp_path_factory.mktemp("video") / "a.mp4", frames=6, size=(320, 320), rate=2).read_bytes()


@pytest.fixture
def clip_file(tmp_path: Path, video: bytes) -> Path:
    """The clip of JOB, under a name that says nothing, in a folder that no library knows."""
    file = tmp_path / "holiday.MP4"
    file.write_bytes(video)
    write_clip_metadata(file, json.dumps(build_clip_metadata(JOB, IMAGE_ID, 2.0)))
    return file


def drop_on_prompt(form: FormDriver, data: QMimeData) -> None:
    assert send_drag(form.prompt.viewport(), data, QPoint(20, 20))
    send_drop(form.prompt.viewport(), data, QPoint(20, 20))


@pytest.mark.parametrize("place", [START, REFERENCES[0]])
@pytest.mark.parametrize("name", ["holiday.MP4", "clip.mov", "picture.png"])
def test_its_first_frame_fills_a_picture_slot(form: FormDriver, clip_file: Path, place: Place, name: str) -> None:
    form.drop(place, files(clip_file.rename(clip_file.with_name(name))))
    form.until(lambda: bool(form.composer.draft.media(place.slot)))
    [frame] = form.composer.draft.media(place.slot)
    assert isinstance(frame, LocalImage)
    assert (frame.width, frame.height) == (320, 320)
    assert frame.origin is not None
    assert (frame.origin.job, frame.origin.frame) == ("job1", 0)


def test_it_is_the_video_to_edit(form: FormDriver, clip_file: Path) -> None:
    answer = form.panel.media_input.drop_answer(VIDEO, files(clip_file))
    assert (answer.accepted, answer.sentence) == (True, "Edit this video")
    form.drop(VIDEO, files(clip_file))
    form.until(lambda: bool(form.composer.draft.video_reference_base))
    [clip] = form.composer.draft.video_reference_base
    assert isinstance(clip, StoredMedia)
    assert (clip.id, clip.kind, clip.width, clip.height, clip.seconds) == (IMAGE_ID, GENERATED, 320, 320, 3.0)
    assert clip.origin is not None
    assert clip.origin.job == "job1"


def test_pasted_into_the_form_it_is_the_video_to_edit(form: FormDriver, clip_file: Path) -> None:
    assert form.panel.paste(files(clip_file))
    form.until(lambda: bool(form.composer.draft.video_reference_base))


def test_several_become_references(form: FormDriver, clip_file: Path, picture: Callable[..., Path]) -> None:
    form.drop(REFERENCES[0], files(clip_file, picture("cat.png")))
    form.until(lambda: len(form.composer.draft.image_reference) == 2)


def test_one_that_lost_its_settings_is_known_by_its_content(open_form: Open, tmp_path: Path, video: bytes) -> None:
    file = tmp_path / "from a chat.mp4"
    file.write_bytes(video)
    known = content_digest(file)
    form = open_form(clip_of=lambda digest: JOB if digest == known else None)
    form.drop(VIDEO, files(file))
    form.until(lambda: bool(form.composer.draft.video_reference_base))


@pytest.mark.parametrize("place", [START, VIDEO])
def test_a_video_of_others_is_named(form: FormDriver, tmp_path: Path, video: bytes, place: Place) -> None:
    file = tmp_path / "theirs.mp4"
    file.write_bytes(video)
    form.drop(place, files(file))
    form.until(lambda: "“theirs.mp4” is a video that this app didn't make" in "".join(form.said()))
    assert form.composer.draft == Draft()


def test_a_clip_that_leonardo_lacks_is_named(form: FormDriver, tmp_path: Path, video: bytes) -> None:
    file = tmp_path / "a.mp4"
    file.write_bytes(video)
    write_clip_metadata(file, json.dumps(build_clip_metadata(replace(JOB, state=Done("", "", "", "")), "", 2.0)))
    form.drop(VIDEO, files(file))
    form.until(lambda: "Leonardo doesn't have the clip" in "".join(form.said()))


@pytest.mark.parametrize("name", ["request.json", "rows.CSV", "order.txt", "Noir.preset.json"])
@pytest.mark.parametrize("where", ["slot", "prompt"])
def test_a_request_is_read_wherever_it_is_dropped(form: FormDriver, tmp_path: Path, name: str, where: str) -> None:
    read = list[str]()
    form.panel.media_input.request_offered.connect(lambda data: read.append(data.urls()[0].fileName()))
    (tmp_path / name).write_text("{}")
    if where == "slot":
        assert form.panel.media_input.drop_answer(START, files(tmp_path / name)).sentence == (
            "Fill the form from this file"
        )
        form.drop(START, files(tmp_path / name))
    else:
        drop_on_prompt(form, files(tmp_path / name))
    assert read == [name]
    assert (form.composer.draft, form.said()) == (Draft(), [])


def test_the_text_of_a_request_is_read_when_it_is_dropped_on_the_prompt(form: FormDriver) -> None:
    read = list[str]()
    form.panel.media_input.request_offered.connect(lambda data: read.append(data.text()))
    for text in ('{"parameters": {"prompt": "a fox"}}', "prompt,duration\na fox,5\n"):
        data = QMimeData()
        data.setText(text)
        drop_on_prompt(form, data)
        assert read.pop() == text
    data = QMimeData()
    data.setText("in the snow")
    drop_on_prompt(form, data)
    assert (read, form.composer.draft.prompt) == ([], "in the snow")


@pytest.mark.parametrize(("place", "suffixes"), [(START, (*IMAGES, *CLIPS)), (VIDEO, CLIPS)])
def test_the_dialog_lists_what_a_drop_takes(form: FormDriver, place: Place, suffixes: tuple[str, ...]) -> None:
    form.panel.slots.focus_control(place.slot)
    form.popover.browse_requested.emit(place)
    [dialog] = form.panel.findChildren(QFileDialog)
    usual = dialog.nameFilters()[0].split("(")[1].rstrip(")").split()
    assert {f"*.{one}" for suffix in suffixes for one in (suffix, suffix.upper())} == set(usual)
    dialog.reject()
