"""Clips that leave the window: copied, exported, joined, drawn on a sheet, made to move; and one that comes back."""

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QUrl
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMenu

from kling_desktop.domain.jobs.actions import ExportAction
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.request.draft import Draft
from kling_desktop.media.errors import BadMedia
from kling_desktop.media.video.decoder import Decoder
from kling_desktop.media.video.probe import clip_problem, probe
from kling_desktop.ui.export.animate_dialog import AnimateDialog
from kling_desktop.ui.export.concat_dialog import ConcatDialog
from kling_desktop.ui.library.model.clip_mime import CLIP_MIME
from tests.journeys.app_fixture import AppDriver
from tests.journeys.conftest import OpenApp
from tests.journeys.seeded_library import seed_clips
from tests.journeys.ui_driver import call_in_qt, file_mime, wait_until
from tests.support.frame_marks import read_mark

TWO = Draft(prompt="A kite over the sea", takes=2, seed=7)


def on_clipboard() -> QMimeData:
    return QGuiApplication.clipboard().mimeData()


async def dialog_of(app: AppDriver, kind: type[QDialog]) -> QDialog:
    await wait_until(lambda: app.find_all(kind), kind.__name__)
    return app.find(kind)


async def save_to(app: AppDriver, place: Path) -> None:
    dialog = await dialog_of(app, QFileDialog)
    assert isinstance(dialog, QFileDialog)
    await call_in_qt(lambda: dialog.fileSelected.emit(str(place)))
    await call_in_qt(dialog.close)
    await back_to(app)


async def begin_long_one(app: AppDriver, to: Path) -> None:
    """A moving picture as large as there is, and seen to be under way."""
    await from_menu(app, "WebP or GIF…")
    moving = await dialog_of(app, AnimateDialog)
    assert isinstance(moving, AnimateDialog)
    await app.click(moving.widths.cell(960))
    await app.click(moving.rates.cell(24))
    await app.click(moving.go)
    await save_to(app, to)
    await wait_until(app.application.window.status.tasks.isVisible, "The work at the foot of the window")


async def back_to(app: AppDriver) -> None:
    """As a window manager does when what lay over a window is gone."""
    await call_in_qt(app.window.activateWindow)


async def from_menu(app: AppDriver, words: str) -> None:
    """The menu of the cards that are chosen, by the keyboard."""
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
    await call_in_qt(lambda: QApplication.sendEvent(app.grid.viewport(), asked))
    actions = {action.text().split("\t")[0]: action for menu in app.find_all(QMenu) for action in menu.actions()}
    inner = [menu for action in actions.values() if isinstance(menu := action.menu(), QMenu)]
    actions |= {action.text().split("\t")[0]: action for menu in inner for action in menu.actions()}
    await call_in_qt(actions[words].trigger)
    for menu in app.find_all(QMenu):
        await call_in_qt(menu.close)
    await back_to(app)


@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)
async def test_two_takes_are_exported_in_every_way_and_one_restores_its_settings(
    open_app: OpenApp, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    async with open_app(TWO) as app:
        await app.wait_until_connected()
        await app.press("Ctrl+Return")
        for row in (0, 1):
            await app.wait_for_state(Done, row=row)
        await wait_until(lambda: all(app.application.shell.library_model.clip(row) for row in (0, 1)), "Both clips")
        clips = [Path(job.state.file) for job in app.jobs if isinstance(job.state, Done)]
        app.grid.setFocus()
        await app.press("Home")

        await app.press("Ctrl+C")
        await wait_until(lambda: "File copied." in app.message, "The copied file")
        assert on_clipboard().urls() == [QUrl.fromLocalFile(str(clips[0]))]
        assert on_clipboard().hasFormat(CLIP_MIME), "to be pasted into the form"
        await app.press("Ctrl+A")
        await app.press("Ctrl+C")
        await wait_until(lambda: "2 files copied." in app.message, "Two copied files")
        assert on_clipboard().urls() == [QUrl.fromLocalFile(str(clip)) for clip in clips]
        assert bytes(on_clipboard().data("x-special/gnome-copied-files").data()).decode().splitlines() == [
            "copy",
            *(clip.as_uri() for clip in clips),
        ]

        dragged = await app.drag_off(app.grid.viewport(), app.card())
        assert [url.toLocalFile() for url in dragged.urls()] == [str(clip) for clip in clips]

        await from_menu(app, "Export 2…")
        await save_to(app, out)
        await wait_until(lambda: "2 clips exported to out" in app.message, "The exported clips")
        assert sorted(path.name for path in out.iterdir()) == sorted(clip.name for clip in clips)
        await from_menu(app, "Export 2…")
        await save_to(app, out)
        await wait_until(lambda: len(list(out.iterdir())) == 4, "The same again, beside them")

        await from_menu(app, "Join 2 clips…")
        joining = await dialog_of(app, ConcatDialog)
        assert isinstance(joining, ConcatDialog)
        assert [job.take for job in joining.order] == [1, 2]
        await app.press("Alt+Down", on=joining.list)
        assert [job.take for job in joining.order] == [2, 1]
        await app.click(joining.go)
        await save_to(app, out / "joined.mp4")
        await wait_until(lambda: "2 clips joined: joined.mp4." in app.message, "The joined clips")
        assert clip_problem(out / "joined.mp4", 1920, 1080, 10.0) == ""
        assert probe(out / "joined.mp4").frames == 2 * probe(clips[0]).frames

        await from_menu(app, "Contact sheet…")
        await save_to(app, out / "sheet.png")
        await wait_until(lambda: "Contact sheet saved" in app.message, "The sheet")
        with Image.open(out / "sheet.png") as sheet:
            assert sheet.width == 1920

        await app.press("End")
        await app.press("Home")
        await from_menu(app, "WebP or GIF…")
        moving = await dialog_of(app, AnimateDialog)
        assert isinstance(moving, AnimateDialog)
        await app.click(moving.widths.cell(320))
        await app.click(moving.go)
        await save_to(app, out / "kite.webp")
        await wait_until(lambda: "Animation saved: kite.webp" in app.message, "The moving picture")
        with Image.open(out / "kite.webp") as picture:
            assert picture.size == (320, 180)

        before = sorted(out.iterdir())
        await begin_long_one(app, out / "long.gif")
        await app.click(app.application.window.status.tasks.stop)
        await wait_until(lambda: "Animation cancelled. Nothing was left behind." in app.message, "The end of it")
        assert sorted(out.iterdir()) == before

        await from_menu(app, "Copy URL")
        await wait_until(
            lambda: on_clipboard().text().endswith(".mp4") and "http" in on_clipboard().text(), "The address"
        )
        await from_menu(app, "Copy ID")
        shown = app.grid.currentIndex().row()
        state = app.jobs[shown].state
        assert isinstance(state, Done)
        await wait_until(lambda: on_clipboard().text() == state.image, "The ID")
        await from_menu(app, "Copy as curl")
        await wait_until(lambda: on_clipboard().text().startswith("curl"), "The command")
        assert "$LEONARDO_API_KEY" in on_clipboard().text()

        await app.press("Return")
        await wait_until(lambda: app.viewer.stage.playing, "The clip")
        dragged = await app.drag_off(app.viewer.stage, app.viewer.stage.rect().center())
        assert [url.toLocalFile() for url in dragged.urls()] == [str(clips[0])]
        await app.press("Home", on=app.viewer)
        for _ in range(3):
            await app.press("Right", on=app.viewer)
        await wait_until(lambda: app.viewer.stage.number == 3, "The fourth frame")
        await app.press("Ctrl+Shift+C", on=app.viewer)
        await wait_until(lambda: on_clipboard().hasImage(), "The copied frame")
        await call_in_qt(lambda: QImage(on_clipboard().imageData()).save(str(out / "frame.png")))
        with Image.open(out / "frame.png") as frame, Decoder(clips[0]) as decoder:
            assert read_mark(frame) == 3
            assert frame.convert("RGB").tobytes() == decoder.frame(3).to_image().tobytes()
        await app.press("Esc", on=app.viewer)

        # A chat service has dropped the comment; what is left in the file brings the settings all the same.
        stripped = tmp_path / "from a chat.mp4"
        stripped.write_bytes(clips[0].read_bytes().replace(b"\xa9cmt", b"free"))
        await app.press("Ctrl+N")
        assert app.application.composer.draft.prompt == ""
        await app.drop(app.application.window, file_mime(stripped))
        await wait_until(lambda: app.application.composer.draft.prompt == TWO.prompt, "The settings")
        assert app.application.composer.draft.seed == 7

        await app.drop(app.application.window, file_mime(out / "joined.mp4"))
        await wait_until(lambda: "joined from 2 clips: “" in app.message, "Why a film that was joined fills in nothing")
        assert app.application.composer.draft.prompt == TWO.prompt

        # Closing the window ends what is under way, and leaves nothing half done.
        app.grid.setFocus()
        before = sorted(out.iterdir())
        await begin_long_one(app, out / "long.gif")
    assert sorted(out.iterdir()) == before


@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)
async def test_a_replaced_file_is_noticed_before_a_frame_or_copy_is_made(open_app: OpenApp, tmp_path: Path) -> None:
    seed_clips(tmp_path / "home", [Draft(prompt="A fox"), Draft(prompt="A hare")])
    async with open_app() as app:
        await app.wait_until_connected()
        await wait_until(lambda: len(app.jobs) == 2, "Both clips")
        window, before = app.application.window, app.application.composer.draft
        asked: list[str] = []
        said: list[str] = []
        window.messages.posted.connect(lambda message: said.append(message.text))

        def refuse(file: Path) -> None:
            asked.append(file.name)
            raise BadMedia(f"Looked at apart: {len(asked)}.")

        async def refused(times: int) -> None:
            await wait_until(lambda: any(f"Looked at apart: {times}." in text for text in said), f"Refusal {times}")

        window.library.prove = refuse
        app.grid.setFocus()
        await app.press("Home")
        await app.press("C")
        await refused(1)
        job = app.jobs[0]
        assert job
        app.request(ExportAction.COPY_FRAME, job.id, value=3)
        await refused(2)
        await app.press("Ctrl+A")
        await from_menu(app, "Join 2 clips…")
        await refused(3)
        await from_menu(app, "Contact sheet…")
        await save_to(app, tmp_path / "sheet.png")
        await refused(4)
        assert len(asked) == 4
        assert app.application.composer.draft == before
        assert not (tmp_path / "sheet.png").exists()
