"""What is asked, shown and called off when clips are handed on."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.models import Size
from kling_desktop.media.export.animation import AnimationFormat, AnimationOptions
from kling_desktop.ui.export.animate_dialog import AnimateDialog
from kling_desktop.ui.export.captions import caption, ending_credentials, facts_of
from kling_desktop.ui.export.concat_dialog import ConcatDialog
from kling_desktop.ui.export.files_mime import files_mime
from kling_desktop.ui.export.task_progress import FileTaskBar
from kling_desktop.ui.library.model.clip_mime import CLIP_MIME, clips_mime
from kling_desktop.ui.theme import Theme

JOB = Job("a", "s", "p", "window", "/clips", Draft(prompt="A fox 狐"), 0.0, Done("g", "i", "/clips/a b.mp4"), seed=7)
UPRIGHT = replace(JOB, id="b", draft=replace(JOB.draft, size=Size(1080, 1920)), state=Done("h", "k", "/clips/ü.mp4"))


def test_files_are_copied_in_the_format_of_each_file_manager() -> None:
    mime = files_mime([Path("/clips/a b.mp4"), Path("/clips/ü.mp4")])
    assert mime.urls() == [QUrl("file:///clips/a%20b.mp4"), QUrl.fromLocalFile("/clips/ü.mp4")]
    assert bytes(mime.data("x-special/gnome-copied-files").data()) == (
        b"copy\nfile:///clips/a%20b.mp4\nfile:///clips/%C3%BC.mp4"
    )
    assert bytes(mime.data("application/x-kde-cutselection").data()) == b"0"
    assert mime.text() == "/clips/a b.mp4\n/clips/ü.mp4"


def test_one_clip_is_dragged_with_its_ids_and_several_with_their_files() -> None:
    one, two = clips_mime([JOB]), clips_mime([JOB, UPRIGHT])
    assert one is not None
    assert two is not None
    assert one.hasFormat(CLIP_MIME)
    assert not two.hasFormat(CLIP_MIME), "which of them would be edited?"
    assert [url.toLocalFile() for url in two.urls()] == ["/clips/a b.mp4", "/clips/ü.mp4"]
    assert clips_mime([]) is None


def test_the_order_of_clips_to_join_is_changed_by_keys_and_buttons(theme: Theme, qtbot: QtBot) -> None:
    around, taken = QWidget(), list[Job]()
    qtbot.addWidget(around)
    third = replace(JOB, id="c")
    dialog = ConcatDialog(theme, around, [JOB, UPRIGHT, third], [None, None, None], taken.extend, alike=False)
    dialog.open()
    words = " ".join(part.text() for part in dialog.findChildren(QLabel))
    assert "all take the size and rate of the first" in words
    qtbot.keyClick(dialog.list, Qt.Key.Key_Down)
    qtbot.keyClick(dialog.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert [job.id for job in dialog.order] == ["b", "a", "c"]
    qtbot.keyClick(dialog.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert [job.id for job in dialog.order] == ["b", "a", "c"], "it is the first already"
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    assert [job.id for job in taken] == ["b", "a", "c"]


def test_an_animation_is_no_wider_than_its_clip(theme: Theme, qtbot: QtBot) -> None:
    around, taken = QWidget(), list[AnimationOptions]()
    qtbot.addWidget(around)
    dialog = AnimateDialog(theme, around, AnimationOptions(AnimationFormat.GIF, 960, 24), 500, taken.append)
    dialog.open()
    assert dialog.widths.value == 480
    qtbot.mouseClick(dialog.kinds.cell(AnimationFormat.WEBP), Qt.MouseButton.LeftButton)
    qtbot.keyClick(dialog.rates, Qt.Key.Key_Left)
    qtbot.keyClick(dialog.go, Qt.Key.Key_Return)
    assert taken == [AnimationOptions(AnimationFormat.WEBP, 480, 15)]


@pytest.mark.parametrize("kept", [True, False])
def test_joining_and_converting_say_that_content_credentials_end(theme: Theme, qtbot: QtBot, kept: bool) -> None:
    around, jobs = QWidget(), [JOB, replace(UPRIGHT, has_credentials=kept)]
    qtbot.addWidget(around)
    join = ConcatDialog(theme, around, jobs, [None, None], list[Job]().extend, alike=True)
    options = AnimationOptions(AnimationFormat.GIF, 480, 12)
    convert = AnimateDialog(theme, around, options, 500, list[AnimationOptions]().append, ending_credentials(jobs))
    for dialog in (join, convert):
        words = " ".join(one.text() for one in dialog.findChildren(QLabel))
        assert ("Content Credentials end here" in words) is kept


def test_captions_fit_in_one_line(theme: Theme) -> None:
    made = caption(replace(JOB, draft=replace(JOB.draft, prompt="word " * 300)), 1, 600, 48)
    assert (made.width, made.height) == (600, 48)
    assert len(made.data) == made.stride * 48
    assert facts_of(JOB) == "Text · 16:9 · 5 s · seed 7"


def test_progress_is_shown_in_the_status_bar_and_can_be_cancelled(
    theme: Theme, in_window: Callable[..., QWidget], qtbot: QtBot
) -> None:
    works = FileTaskBar(theme)
    in_window(works, width=500)
    assert not works.isVisible()
    first, second = works.start("Joining 3 clips"), works.start("Making a GIF")
    worker = threading.Thread(target=first.set_progress, args=(0.42,))
    worker.start()
    worker.join()
    qtbot.waitUntil(lambda: works.text.text() == "Joining 3 clips · 42%, then 1 more")
    qtbot.mouseClick(works.stop, Qt.MouseButton.LeftButton)
    assert first.is_cancelled()
    assert not second.is_cancelled()
    assert "stopping" in works.text.text()
    works.finish(first)
    assert works.text.text() == "Making a GIF · 0%"
    works.finish(second)
    assert not works.isVisible()


SHOW = """
import sys
from pathlib import Path
from PySide6.QtCore import QObject, QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from kling_desktop.ui.export.file_manager import show_in_folder
class Opened(QObject):
    @Slot(QUrl)
    def opened(self, url):
        print(url.toString(), flush=True)
        QGuiApplication.quit()
app = QGuiApplication([])
opened = Opened()
QDesktopServices.setUrlHandler("file", opened, "opened")
QTimer.singleShot(0, lambda: show_in_folder(Path("/clips/a b.mp4")))
QTimer.singleShot(10000, lambda: sys.exit(1))
app.exec()
"""


@pytest.mark.parametrize("bus", [[], ["dbus-run-session", "--"]])
def test_without_a_file_manager_that_selects_files_the_folder_is_opened(bus: list[str]) -> None:
    surroundings = os.environ | {"QT_QPA_PLATFORM": "offscreen", "DBUS_SESSION_BUS_ADDRESS": "disabled:"}
    done = subprocess.run(
        [*bus, sys.executable, "-c", SHOW], env=surroundings, capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout.strip() == "file:///clips"
