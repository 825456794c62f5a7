"""What a check of the library has found, and what can be done about it."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from kling_desktop.domain.library.library_check import CheckReport, ClipFile, Duplicate, OfflineFolder, UnknownVideo
from kling_desktop.ui.library.account_import_dialog import AccountImportDialog
from kling_desktop.ui.library.check_dialog import CheckDialog
from kling_desktop.ui.library.check_findings import (
    CheckAction,
    DownloadFiles,
    ImportVideos,
    LocateFolder,
    MarkFolderMissing,
    RemoveMissing,
    TrashCopies,
    UseChanged,
)
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets import StatusDot

FOLDER = Path("/clips")
GONE = tuple(ClipFile(f"j{n}", f"/clips/{n}.mp4") for n in range(6))


@pytest.fixture
def dialog(theme: Theme, around: QWidget, qtbot: QtBot) -> CheckDialog:
    shown = CheckDialog(theme, around)
    shown.open()
    return shown


def press(dialog: QWidget, words: str, qtbot: QtBot) -> None:
    button = next(one for one in dialog.findChildren(QAbstractButton) if one.text() == words and one.isVisible())
    QApplication.processEvents()  # until all has its place
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def words_in(dialog: QWidget) -> list[str]:
    return [one.text() for one in dialog.findChildren(QLabel) if one.isVisible()]


def test_each_finding_has_the_buttons_that_fix_it(dialog: CheckDialog, qtbot: QtBot) -> None:
    asked: list[CheckAction] = []
    dialog.action_requested.connect(asked.append)
    holiday = UnknownVideo(FOLDER / "holiday.mp4", "1280 × 720, 12.0 s", True)
    page = UnknownVideo(FOLDER / "page.mp4", "This is a web page.")
    dialog.show_report(
        CheckReport(
            ok=3,
            missing=GONE,
            offline=(OfflineFolder(Path("/away"), 2),),
            unknown=(holiday, page),
            duplicates=(Duplicate(FOLDER / "copy.mp4", FOLDER / "a.mp4"),),
        )
    )
    for words in ("Download again", "Look elsewhere…", "Remove from the library", "Locate…", "They were deleted"):
        press(dialog, words, qtbot)
    for words in ("Add to the library", "Move to trash"):
        press(dialog, words, qtbot)
    assert asked == [
        DownloadFiles(GONE),
        LocateFolder(FOLDER),
        RemoveMissing(GONE),
        LocateFolder(Path("/away")),
        MarkFolderMissing(Path("/away")),
        ImportVideos((holiday.file,)),
        TrashCopies((FOLDER / "copy.mp4",)),
    ]
    said = words_in(dialog)
    assert "and 2 more" in said
    assert "page.mp4: This is a web page." in said
    dialog.reject()


def test_changed_files_can_be_restored_or_accepted(dialog: CheckDialog, qtbot: QtBot) -> None:
    asked: list[CheckAction] = []
    dialog.action_requested.connect(asked.append)
    dialog.show_report(CheckReport(changed=GONE[:1], usable=GONE[:1]))
    assert any(words.startswith("The changed file can become the clip.") for words in words_in(dialog))
    press(dialog, "Download the original again", qtbot)
    press(dialog, "Use the changed file", qtbot)
    dialog.show_report(CheckReport(changed=GONE[:3], usable=GONE[:2]))
    press(dialog, "Download the originals again", qtbot)
    press(dialog, "Use the 2 changed files", qtbot)
    assert asked == [
        DownloadFiles(GONE[:1]),
        UseChanged(GONE[:1]),
        DownloadFiles(GONE[:3]),
        UseChanged(GONE[:2]),
    ]
    dialog.reject()


def test_a_changed_file_that_cannot_be_shown_cannot_be_accepted(dialog: CheckDialog) -> None:
    dialog.show_report(CheckReport(changed=GONE[:1]))
    assert any(words.startswith("The changed file can't be played.") for words in words_in(dialog))
    assert not [one for one in dialog.findChildren(QAbstractButton) if one.isVisible() and "Use" in one.text()]
    dialog.reject()


def test_a_library_without_findings_says_so(dialog: CheckDialog, qtbot: QtBot) -> None:
    dialog.show_report(CheckReport(ok=1))
    assert [led.text() for led in dialog.findChildren(StatusDot) if led.isVisible()] == ["In place"]
    assert {"Everything is in order.", "1 clip is where it should be"} <= set(words_in(dialog))
    dialog.reject()


def test_nothing_else_can_be_started_during_a_task(dialog: CheckDialog, qtbot: QtBot) -> None:
    dialog.show_report(CheckReport(missing=GONE[:1]))
    dialog.show_busy("Updating the library…")
    dialog.show_progress(2, 8)
    assert "Reading file 3 of 8…" in words_in(dialog)
    close = [one for one in dialog.findChildren(QAbstractButton) if one.isEnabled()]
    assert [one.accessibleName() for one in close] == ["Close"]
    dialog.reject()


def test_an_import_is_started_stopped_and_reported(theme: Theme, around: QWidget, qtbot: QtBot) -> None:
    dialog = AccountImportDialog(theme, around)
    dialog.open()
    asked: list[object] = []
    dialog.start_requested.connect(asked.append)
    dialog.stopped.connect(lambda: asked.append("stop"))
    press(dialog, "Videos of all sizes", qtbot)
    press(dialog, "Import", qtbot)
    press(dialog, "Stop", qtbot)
    long = "130 checked: 34 imported. " + "One couldn't be downloaded, and this says why. " * 4
    dialog.show_end(long, whole=False)
    assert asked == [True, "stop"]
    label = next(one for one in dialog.findChildren(QLabel) if one.text() == long)
    assert label.height() >= label.heightForWidth(label.width())
    press(dialog, "Continue", qtbot)
    assert asked[-1] is True
    dialog.reject()
