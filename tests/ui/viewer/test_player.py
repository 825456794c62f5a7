"""The viewer with real MP4s: it plays, steps, scrubs, and leaves nothing behind."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.actions import (
    USUAL_TAKES,
    ActionRequest,
    ExportAction,
    Offer,
    Pane,
    ReuseAction,
    ReviewAction,
    key_bindings,
)
from kling_desktop.domain.jobs.job import Cost, Job
from kling_desktop.domain.library.clip import Clip
from kling_desktop.domain.library.lineage_graph import LineageGraph
from kling_desktop.domain.library.review import NotesEdit
from kling_desktop.domain.request.draft import Draft
from kling_desktop.media.errors import BadMedia
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.viewer.details.collapsible_text import LINES, CollapsibleText
from kling_desktop.ui.viewer.details.details import duration_text, facts, made_text, title
from kling_desktop.ui.viewer.player.playback_actions import PLAYBACK_KEYS, PlaybackAction
from kling_desktop.ui.viewer.player.stage import Stage
from kling_desktop.ui.viewer.player.transport_bar import timecode
from kling_desktop.ui.viewer.viewer import Viewer
from kling_desktop.ui.widgets import Button
from tests.media.video_fixtures import write_video
from tests.support.keys import press_key

FRAMES = 48
NOW = 1_800_000_000.0


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds at 24 fps, from black to white."""
    path = tmp_path_factory.mktemp("clips") / "fox in the snow.mp4"
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=24, options={"g": "12", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for number in range(FRAMES):
            picture = Image.new("RGB", (320, 180), (number * 5,) * 3)
            frame = av.VideoFrame.from_image(picture)  # type: ignore[no-untyped-call]
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def job_of(path: Path) -> Job:
    state = job_states.Done("g", "i", str(path))
    draft = Draft(prompt="A fox in the snow <b>looks up</b>")
    return Job("j", "s", "p", "window", "/clips", draft, NOW, state, sent_at=NOW, ended_at=NOW + 151)


def decoders() -> list[str]:
    names = [thread.name for thread in threading.enumerate()]
    return [name for name in names if name.split()[0] in ("decode", "thumbs", "shut")]


@pytest.fixture
def show(theme: Theme, qtbot: QtBot) -> Iterator[Callable[..., Viewer]]:
    shown: list[Viewer] = []

    def show(path: Path, **how: Any) -> Viewer:
        viewer = Viewer(theme, job_of(path), **how)
        qtbot.addWidget(viewer)
        viewer.resize(1000, 700)
        viewer.show()
        viewer.activateWindow()
        qtbot.waitExposed(viewer)
        QApplication.processEvents()
        shown.append(viewer)
        return viewer

    yield show
    for viewer in shown:
        viewer.shut()
    qtbot.waitUntil(lambda: not decoders())


@pytest.fixture
def viewer(show: Callable[[Path], Viewer], clip: Path, qtbot: QtBot) -> Viewer:
    """Open, and stopped on the first frame."""
    made = show(clip)
    qtbot.waitUntil(lambda: made.stage.playing)
    qtbot.keyClick(made, Qt.Key.Key_Home)
    at(qtbot, made, 0)
    return made


def at(qtbot: QtBot, viewer: Viewer, number: int) -> None:
    """Wait until that very frame is painted: its grey tells."""

    def grey() -> int:
        return viewer.stage.grab().toImage().pixelColor(viewer.stage.rect().center()).red()

    qtbot.waitUntil(lambda: abs(grey() - number * 5) <= 2)
    assert viewer.stage.number == number


def test_a_clip_plays_as_soon_as_it_is_opened(show: Callable[[Path], Viewer], clip: Path, qtbot: QtBot) -> None:
    viewer = show(clip)
    qtbot.waitUntil(lambda: viewer.stage.number > 2)
    assert viewer.transport.play.accessibleName() == "Pause"


def test_every_frame_is_shown_in_order(theme: Theme, clip: Path, qtbot: QtBot) -> None:
    ticks = count()  # a clock that goes on by 10 ms at each look, however busy this machine is
    stage = Stage(theme, clip, lambda: next(ticks) / 100)
    qtbot.addWidget(stage)
    stage.show()
    seen: list[int] = []
    stage.shown.connect(seen.append)
    stage.opened.connect(stage.play)
    qtbot.waitUntil(lambda: seen[-1:] == [FRAMES - 1])
    stage.shut()
    # The frame on show when the picture's size settles is made anew and comes twice.
    assert list(dict.fromkeys(seen)) == list(range(FRAMES))
    assert stage.missed == 0
    qtbot.waitUntil(lambda: not decoders())


class FineStage(Stage):
    """On a screen scaled to 200 %."""

    def devicePixelRatioF(self) -> float:
        return 2.0


def test_a_screen_at_200_percent_gets_full_resolution(theme: Theme, tmp_path: Path, qtbot: QtBot) -> None:
    clip = write_video(tmp_path / "large.mp4", frames=2, size=(1280, 720))
    stage = FineStage(theme, clip)
    qtbot.addWidget(stage)
    stage.resize(400, 300)
    with qtbot.waitSignal(stage.opened):
        stage.show()
    qtbot.waitUntil(lambda: stage.image.width() == 800)
    assert stage.image_area(stage.image).size() == QSize(400, 225)
    stage.shut()
    qtbot.waitUntil(lambda: not decoders())


def test_space_plays_and_pauses(viewer: Viewer, qtbot: QtBot) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: viewer.stage.number > 2)
    assert viewer.transport.play.accessibleName() == "Pause"
    qtbot.keyClick(viewer, Qt.Key.Key_Space)
    assert not viewer.stage.playing
    assert viewer.transport.play.accessibleName() == "Play"


def test_arrow_keys_step_one_frame_and_with_shift_one_second(viewer: Viewer, qtbot: QtBot) -> None:
    steps = [
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, 1),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, 2),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier, 26),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier, 25),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier, 1),
        (Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier, FRAMES - 1),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, FRAMES - 1),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier, 0),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier, 0),
    ]
    for key, held, number in steps:
        qtbot.keyClick(viewer, key, held)
        at(qtbot, viewer, number)


def test_stepping_faster_than_decoding_loses_no_step(viewer: Viewer, qtbot: QtBot) -> None:
    for _ in range(10):
        qtbot.keyClick(viewer, Qt.Key.Key_Right)
    at(qtbot, viewer, 10)


def test_j_plays_backwards_k_stops_l_plays_forward(viewer: Viewer, qtbot: QtBot) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    at(qtbot, viewer, 24)
    seen: list[int] = []
    viewer.stage.shown.connect(seen.append)
    qtbot.keyClick(viewer, Qt.Key.Key_J)
    qtbot.waitUntil(lambda: len(seen) > 3)
    assert seen == sorted(seen, reverse=True)
    qtbot.keyClick(viewer, Qt.Key.Key_K)
    assert not viewer.stage.playing
    seen.clear()
    qtbot.keyClick(viewer, Qt.Key.Key_L)
    qtbot.waitUntil(lambda: len(seen) > 3)
    assert seen == sorted(seen)


def test_ctrl_l_toggles_looping(viewer: Viewer, qtbot: QtBot) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert not viewer.transport.loop.isChecked()
    qtbot.keyClick(viewer, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    at(qtbot, viewer, 24)
    qtbot.keyClick(viewer, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not viewer.stage.playing)
    assert viewer.stage.number == FRAMES - 1


def test_dragging_along_the_strip_scrubs(viewer: Viewer, qtbot: QtBot) -> None:
    film = viewer.film
    qtbot.mousePress(film, Qt.MouseButton.LeftButton, pos=QPoint(film.width() // 2, 20))
    at(qtbot, viewer, FRAMES // 2)
    qtbot.mouseMove(film, QPoint(film.width() - 1, 20))
    at(qtbot, viewer, FRAMES - 1)
    qtbot.mouseRelease(film, Qt.MouseButton.LeftButton, pos=QPoint(film.width() - 1, 20))


def test_the_filmstrip_fills_with_complete_frames(viewer: Viewer, qtbot: QtBot) -> None:
    shown = viewer.film.width() // 96  # of 16:9 in a strip 54 px high

    def greys() -> list[int]:
        strip = viewer.film.grab().toImage()
        return [strip.pixelColor((2 * n + 1) * strip.width() // (2 * shown), 20).red() for n in range(shown)]

    qtbot.waitUntil(lambda: greys()[-1] > 200)
    assert greys()[1:] == sorted(greys()[1:])
    strip = viewer.film.grab().toImage()
    last_light = [x for x in range(strip.width() - strip.width() // shown, strip.width()) if is_light(strip, x)]
    assert len(last_light) == pytest.approx(92, abs=2)


def is_light(strip: QImage, x: int) -> bool:
    return strip.pixelColor(x, 20).red() > 150


def test_a_narrower_filmstrip_shows_fewer_frames_and_cuts_none(viewer: Viewer, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: is_light(viewer.film.grab().toImage(), viewer.film.width() - 60))
    viewer.resize(700, 700)
    QApplication.processEvents()
    strip = viewer.film.grab().toImage()
    cell = strip.width() // (strip.width() // 96)
    light = [x for x in range(strip.width() - cell, strip.width()) if is_light(strip, x)]
    assert len(light) == pytest.approx(92, abs=2)


def test_frames_are_counted_from_one(viewer: Viewer, qtbot: QtBot) -> None:
    def where() -> list[str]:
        return [part.accessibleName() for part in viewer.transport.findChildren(QWidget)]

    assert f"00:00:00, frame 1 of {FRAMES} · 24 fps" in where()
    qtbot.keyClick(viewer, Qt.Key.Key_End)
    at(qtbot, viewer, FRAMES - 1)
    assert f"00:01:23, frame {FRAMES} of {FRAMES} · 24 fps" in where()


def test_no_bars_surround_the_frame(viewer: Viewer, theme: Theme, qtbot: QtBot) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_End)
    at(qtbot, viewer, FRAMES - 1)
    theme.force("light")
    shown = viewer.stage.grab().toImage()
    height = shown.width() * 9 // 16
    top = (shown.height() - height) // 2
    assert top > 20
    middle = shown.width() // 2
    assert shown.pixelColor(middle, top - 4) == theme.tokens.bg
    assert shown.pixelColor(middle, top + 4).red() == pytest.approx(5 * (FRAMES - 1), abs=3)
    assert shown.pixelColor(1, top + 1) == theme.tokens.bg, "the corners are round"


PLAIN, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.mark.parametrize(
    ("key", "held", "action", "value"),
    [
        (Qt.Key.Key_C, PLAIN, ReuseAction.CONTINUE, 0),
        (Qt.Key.Key_E, PLAIN, ReuseAction.EDIT_VIDEO, 0),
        (Qt.Key.Key_U, PLAIN, ReuseAction.USE_SETTINGS, 0),
        (Qt.Key.Key_U, SHIFT, ReuseAction.USE_PROMPT, 0),
        (Qt.Key.Key_S, PLAIN, ReuseAction.USE_SEED, 0),
        (Qt.Key.Key_R, PLAIN, ReuseAction.RUN_AGAIN, 0),
        (Qt.Key.Key_R, SHIFT, ReuseAction.MORE_TAKES, USUAL_TAKES),
    ],
)
def test_a_key_reuses_the_clip(
    viewer: Viewer, qtbot: QtBot, key: Qt.Key, held: Qt.KeyboardModifier, action: ReuseAction, value: int
) -> None:
    with qtbot.waitSignal(viewer.action_requested) as asked:
        qtbot.keyClick(viewer, key, held)
    assert asked.args == [ActionRequest(action, ("j",), value=value)]


@pytest.mark.parametrize("key", key_bindings(Pane.VIEWER))
def test_every_key_of_the_action_table_requests_its_action(viewer: Viewer, clip: Path, key: str) -> None:
    viewer.show_clip(Clip(job_of(clip), 7))
    asked: list[ActionRequest] = []
    viewer.action_requested.connect(asked.append)
    press_key(viewer, key)
    [(action, value)] = key_bindings(Pane.VIEWER)[key]
    is_for_frame = action is ExportAction.COPY_FRAME
    assert [request.action for request in asked] == [action]
    assert asked[0].value == (viewer.stage.number if is_for_frame else value)


@pytest.mark.parametrize(("key", "action"), PLAYBACK_KEYS.items())
def test_every_player_key_works_and_clashes_with_no_action(viewer: Viewer, key: str, action: PlaybackAction) -> None:
    assert key not in key_bindings(Pane.VIEWER)
    viewer.film.scrubbed.emit(10)

    def state() -> tuple[object, ...]:
        stage, transport = viewer.stage, viewer.transport
        played = (stage.number, stage.playing, transport.speed.text(), transport.loop.isChecked())
        return (*played, viewer.film.frame_range)

    if action is PlaybackAction.PAUSE:
        press_key(viewer, "L")
    if action is PlaybackAction.CLEAR_IN_AND_OUT:
        press_key(viewer, "I")
    before = state()
    press_key(viewer, key)
    assert state() != before


def test_i_and_o_set_the_range_that_is_played(viewer: Viewer, qtbot: QtBot) -> None:
    for key, number in ((Qt.Key.Key_I, 10), (Qt.Key.Key_O, 20)):
        viewer.film.scrubbed.emit(number)
        at(qtbot, viewer, number)
        qtbot.keyClick(viewer, key)
    seen: list[int] = []
    viewer.stage.shown.connect(seen.append)
    qtbot.keyClick(viewer, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(seen) > 14)
    qtbot.keyClick(viewer, Qt.Key.Key_Space)
    assert set(seen) <= set(range(10, 21))
    strip = viewer.film.grab().toImage()
    seen.clear()
    qtbot.keyClick(viewer, Qt.Key.Key_X, Qt.KeyboardModifier.AltModifier)
    assert viewer.film.grab().toImage() != strip
    qtbot.keyClick(viewer, Qt.Key.Key_Home)
    at(qtbot, viewer, 0)
    qtbot.keyClick(viewer, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(seen) > 3)
    assert seen[0] in (0, 1)


def test_a_frame_outside_the_range_is_not_mistaken_for_the_current_one(viewer: Viewer, qtbot: QtBot) -> None:
    for key, number in ((Qt.Key.Key_I, 10), (Qt.Key.Key_O, 20)):
        viewer.film.scrubbed.emit(number)
        at(qtbot, viewer, number)
        qtbot.keyClick(viewer, key)
    qtbot.keyClick(viewer, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: viewer.stage.number == 12)
    with qtbot.waitSignal(viewer.action_requested) as asked:
        viewer.film.scrubbed.emit(40)
        viewer.transport.frame_action_requested.emit(ReuseAction.USE_START_FRAME)
    assert asked.args == [ActionRequest(ReuseAction.USE_START_FRAME, ("j",), value=20)]
    at(qtbot, viewer, 20)


def test_an_out_point_before_the_in_point_clears_the_in_point(viewer: Viewer, qtbot: QtBot) -> None:
    for key, number in ((Qt.Key.Key_I, 30), (Qt.Key.Key_O, 5)):
        viewer.film.scrubbed.emit(number)
        at(qtbot, viewer, number)
        qtbot.keyClick(viewer, key)
    seen: list[int] = []
    viewer.stage.shown.connect(seen.append)
    qtbot.keyClick(viewer, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(seen) > 7)
    assert set(seen) <= set(range(6))


def test_brackets_change_the_speed(viewer: Viewer, qtbot: QtBot) -> None:
    assert viewer.transport.speed.text() == "1×"
    for key, speed in (("]", "2×"), ("]", "4×"), ("]", "4×"), ("[", "2×"), ("[", "1×"), ("[", "0.5×")):
        qtbot.keyClick(viewer, key)
        assert viewer.transport.speed.text() == speed


@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)
def test_use_frame_stops_at_the_frame_that_was_clicked_on(viewer: Viewer, qtbot: QtBot) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: viewer.stage.number > 5)
    seen: list[int] = []
    viewer.stage.shown.connect(seen.append)
    clicked_on = viewer.stage.number
    qtbot.mousePress(viewer.transport.use, Qt.MouseButton.LeftButton)
    assert not viewer.stage.playing
    qtbot.mouseRelease(viewer.transport.use, Qt.MouseButton.LeftButton)
    menu = viewer.transport.findChild(QMenu)
    assert isinstance(menu, QMenu)
    with qtbot.waitSignal(viewer.action_requested) as asked:
        qtbot.keyClick(menu, Qt.Key.Key_Down)
        qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert (asked.args, seen) == ([ActionRequest(ReuseAction.USE_START_FRAME, ("j",), value=clicked_on)], [])


@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)
def test_the_menu_uses_the_current_frame(viewer: Viewer, qtbot: QtBot) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_End)
    at(qtbot, viewer, FRAMES - 1)
    qtbot.mouseClick(viewer.transport.use, Qt.MouseButton.LeftButton)
    menu = viewer.transport.findChild(QMenu)
    assert isinstance(menu, QMenu)
    assert [action.text() for action in menu.actions()] == ["As start frame", "As end frame", "As a reference"]
    with qtbot.waitSignal(viewer.action_requested) as asked:
        qtbot.keyClick(menu, Qt.Key.Key_Down)
        qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert asked.args == [ActionRequest(ReuseAction.USE_START_FRAME, ("j",), value=FRAMES - 1)]


def test_f11_and_double_click_request_full_screen(viewer: Viewer, qtbot: QtBot) -> None:
    with qtbot.waitSignal(viewer.full_screen_requested):
        qtbot.mouseDClick(viewer.stage, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(viewer.full_screen_requested):
        qtbot.mouseClick(viewer.transport.full, Qt.MouseButton.LeftButton)
    viewer.show_alone(True)
    assert not viewer.details.isVisible()
    viewer.show_alone(False)
    assert viewer.details.isVisible()


def test_every_button_of_the_side_panel_requests_its_action(viewer: Viewer, qtbot: QtBot) -> None:
    rows = {row.text(): row for row in viewer.details.findChildren(QAbstractButton)}
    for action in (
        *(ExportAction.SHOW_IN_FOLDER, ExportAction.COPY_FILE, ExportAction.EXPORT),
        ReuseAction.EDIT_VIDEO,
    ):
        with qtbot.waitSignal(viewer.action_requested) as asked:
            qtbot.mouseClick(rows[Offer(action).label], Qt.MouseButton.LeftButton)
        assert asked.args == [ActionRequest(action, ("j",))]
    with qtbot.waitSignal(viewer.close_requested):
        qtbot.mouseClick(rows["Back"], Qt.MouseButton.LeftButton)


@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)
def test_the_current_frame_is_copied_and_more_exports_are_in_a_menu(viewer: Viewer, qtbot: QtBot) -> None:
    rows = {row.text(): row for row in viewer.details.findChildren(QAbstractButton)}
    qtbot.keyClick(viewer, Qt.Key.Key_End)
    with qtbot.waitSignal(viewer.action_requested) as asked:
        qtbot.keyClick(viewer, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert asked.args == [ActionRequest(ExportAction.COPY_FRAME, ("j",), value=viewer.stage.number)]
    assert not viewer.stage.playing
    with qtbot.waitSignal(viewer.action_requested) as asked:
        qtbot.keyClick(viewer, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert asked.args == [ActionRequest(ExportAction.COPY_FILE, ("j",))]
    qtbot.mouseClick(rows["More"], Qt.MouseButton.LeftButton)
    [menu] = viewer.details.findChildren(QMenu)
    words = [action.text() for action in menu.actions() if not action.isSeparator()]
    exports = ["Contact sheet…", "WebP or GIF…", "Copy ID", "Copy URL", "Copy as curl"]
    assert words == [*exports, "Also delete at Leonardo…"]
    with qtbot.waitSignal(viewer.action_requested) as asked:
        qtbot.keyClick(menu, Qt.Key.Key_Down)
        qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert asked.args == [ActionRequest(ExportAction.CONTACT_SHEET, ("j",))]


@pytest.mark.parametrize(
    ("key", "action", "value"),
    [
        (Qt.Key.Key_4, ReviewAction.RATE, 4),
        (Qt.Key.Key_P, ReviewAction.PICK, 0),
        (Qt.Key.Key_X, ReviewAction.REJECT, 0),
        (Qt.Key.Key_Delete, ReviewAction.TRASH, 0),
    ],
)
def test_keys_review_the_shown_clip(
    viewer: Viewer, clip: Path, qtbot: QtBot, key: Qt.Key, action: ReviewAction, value: int
) -> None:
    with qtbot.assertNotEmitted(viewer.action_requested):
        qtbot.keyClick(viewer, key)  # its number in the library isn't known yet
    viewer.show_clip(Clip(job_of(clip), 7, rating=2))
    assert viewer.details.review.stars.rating == 2
    with qtbot.waitSignal(viewer.action_requested) as asked:
        qtbot.keyClick(viewer, key)
    assert asked.args == [ActionRequest(action, clips=(7,), value=value)]


def open_notes(viewer: Viewer, request: ActionRequest) -> None:
    """As the window does with what it is asked for."""
    viewer.open_notes(at_tags=request.action is ReviewAction.EDIT_TAGS)


def test_typing_notes_does_not_control_the_player(viewer: Viewer, clip: Path, qtbot: QtBot) -> None:
    viewer.show_clip(Clip(job_of(clip), 7))
    viewer.action_requested.connect(partial(open_notes, viewer))
    qtbot.keyClick(viewer, Qt.Key.Key_N)
    notes = viewer.details.notes
    assert notes.notes.hasFocus()
    with qtbot.assertNotEmitted(viewer.action_requested), qtbot.assertNotEmitted(viewer.neighbor_requested):
        qtbot.keyClicks(notes.notes, "5 plus")
        qtbot.keyClick(notes.notes, Qt.Key.Key_PageDown)
    with qtbot.waitSignal(viewer.details.notes.notes_edited) as edited:
        qtbot.keyClick(notes.notes, Qt.Key.Key_Escape)
    assert edited.args == [NotesEdit((7,), "5 plus")]
    assert viewer.hasFocus()
    qtbot.keyClick(viewer, Qt.Key.Key_T)
    qtbot.keyClicks(notes.tags, "night")
    with qtbot.waitSignal(viewer.details.notes.notes_edited) as edited, qtbot.assertNotEmitted(viewer.close_requested):
        qtbot.keyClick(notes.tags, Qt.Key.Key_Return)
    assert edited.args[0].added_tags == ("night",)


def test_unfinished_notes_are_saved_when_the_viewer_closes(viewer: Viewer, clip: Path, qtbot: QtBot) -> None:
    viewer.show_clip(Clip(job_of(clip), 7, notes="old"))
    viewer.details.notes.notes.setFocus()
    qtbot.keyClicks(viewer.details.notes.notes, "new ")
    viewer.show_clip(Clip(job_of(clip), 7, rating=3, notes="old"))  # news of it don't take what is typed
    with qtbot.waitSignal(viewer.details.notes.notes_edited) as edited:
        viewer.shut()
    assert edited.args == [NotesEdit((7,), "new old")]


def test_notes_are_saved_after_a_pause(viewer: Viewer, clip: Path, qtbot: QtBot) -> None:
    viewer.show_clip(Clip(job_of(clip), 7))
    viewer.details.notes.notes.setFocus()
    with qtbot.waitSignal(viewer.details.notes.notes_edited) as edited:
        qtbot.keyClicks(viewer.details.notes.notes, "for Anna")
    assert edited.args == [NotesEdit((7,), "for Anna")]
    qtbot.keyClicks(viewer.details.notes.notes, " and Bo")
    viewer.show_clip(Clip(job_of(clip), 7, notes="for Anna"))  # that it is kept doesn't take what was typed since
    assert viewer.details.notes.notes.toPlainText() == "for Anna and Bo"


@pytest.mark.parametrize(
    ("key", "step"),
    [(Qt.Key.Key_PageUp, -1), (Qt.Key.Key_Up, -1), (Qt.Key.Key_PageDown, 1), (Qt.Key.Key_Down, 1)],
)
def test_keys_open_the_next_and_previous_clip(viewer: Viewer, qtbot: QtBot, key: Qt.Key, step: int) -> None:
    with qtbot.waitSignal(viewer.neighbor_requested) as asked:
        qtbot.keyClick(viewer, key)
    assert asked.args == [step]


def test_a_sound_track_is_mentioned_as_not_played(show: Callable[[Path], Viewer], tmp_path: Path, qtbot: QtBot) -> None:
    viewer = show(write_video(tmp_path / "loud.mp4", frames=12, sound=True))
    qtbot.waitUntil(lambda: viewer.stage.playing)
    said = [words.text() for words in viewer.details.findChildren(QLabel)]
    assert "in the file, not played here" in said


def test_the_title_names_take_and_preset(clip: Path) -> None:
    job = job_of(clip)
    assert title(job, NOW + 200)[1] == ""
    assert title(replace(job, preset_name="Noir"), NOW + 200) == (made_text(job, NOW + 200), "Noir")
    assert title(replace(job, take=2, takes=3, preset_name="Noir"), NOW) == ("Take 2", "Noir")
    assert title(replace(job, take=2, takes=3), NOW)[1] == made_text(job, NOW)


def test_at_any_width_the_frame_number_is_shown_and_no_button_cut(viewer: Viewer, qtbot: QtBot) -> None:
    for width in (1000, 800, 690):
        viewer.resize(width, 620)
        QApplication.processEvents()
        transport = viewer.transport
        buttons = [button for button in transport.findChildren(QAbstractButton) if button.isVisible()]
        assert all(button.width() >= button.sizeHint().width() for button in buttons)
        [position] = [part for part in transport.findChildren(QWidget) if ", frame " in part.accessibleName()]
        assert position.width() > 150
        side = [button for button in viewer.details.findChildren(Button) if button.isVisible()]
        room = [b.width() - b.sizeHint().width() for b in side if b.text() != Offer(ReuseAction.CONTINUE).label]
        assert min(room) >= -12  # the gap before the key may shrink


def test_a_long_prompt_is_collapsed_and_expands_on_click(theme: Theme, in_window: Callable[..., QWidget]) -> None:
    short, long = CollapsibleText(theme, "A fox"), CollapsibleText(theme, "A fox looks up in the snow. " * 50)
    in_window(short, long, width=300)
    assert not short.link.isVisible()
    line = long.words.fontMetrics().lineSpacing()
    assert long.words.height() == LINES * line
    long.link.click()
    QApplication.processEvents()
    assert long.words.height() == long.words.heightForWidth(long.width()) > 2 * LINES * line
    assert long.link.text() == "Show less"
    long.link.click()
    QApplication.processEvents()
    assert long.words.height() == LINES * line


def test_no_button_moves_when_the_lineage_is_loaded(viewer: Viewer) -> None:
    side = [button for button in viewer.details.findChildren(Button) if button.isVisible()]
    before = [button.mapTo(viewer, QPoint(0, 0)) for button in side]
    viewer.details.lineage.show_lineage(LineageGraph("j", preset="p1", preset_name="Noir"))
    QApplication.processEvents()
    assert viewer.details.lineage.isVisible()
    assert [button.mapTo(viewer, QPoint(0, 0)) for button in side] == before


@pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard", extend=True)
def test_more_takes_can_be_requested(viewer: Viewer, qtbot: QtBot) -> None:
    button = next(one for one in viewer.details.findChildren(Button) if one.text() == "More takes…")
    button.click()
    [menu] = [child for child in viewer.details.findChildren(QMenu) if child.isVisible()]
    with qtbot.waitSignal(viewer.action_requested) as asked:
        next(action for action in menu.actions() if action.text() == "5 more takes").trigger()
    assert asked.args == [ActionRequest(ReuseAction.MORE_TAKES, ("j",), value=5)]
    menu.close()


def test_escape_goes_back_and_closing_leaves_no_thread(viewer: Viewer, qtbot: QtBot) -> None:
    viewer.close_requested.connect(viewer.shut)
    with qtbot.waitSignal(viewer.close_requested):
        qtbot.keyClick(viewer, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not decoders())


def test_a_clip_closed_while_opening_leaves_nothing_behind(
    show: Callable[[Path], Viewer], clip: Path, qtbot: QtBot
) -> None:
    for _ in range(5):
        show(clip).shut()
    qtbot.waitUntil(lambda: not decoders())


@pytest.mark.parametrize("content", [None, b"", b"not a video", b"\0\0\0\x18ftypisom" + b"x" * 500])
def test_a_missing_or_broken_file_says_what_to_do(
    show: Callable[[Path], Viewer], qtbot: QtBot, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "clip.mp4"
    if content is not None:
        path.write_bytes(content)
    viewer = show(path)
    qtbot.waitUntil(lambda: bool(viewer.stage.problem))
    assert "“clip.mp4”" in viewer.stage.problem
    assert viewer.stage.problem.count(".") >= 2
    qtbot.keyClick(viewer, Qt.Key.Key_Space)
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    assert not viewer.stage.playing
    with qtbot.waitSignal(viewer.close_requested):
        qtbot.keyClick(viewer, Qt.Key.Key_Escape)


def test_the_side_panel_shows_the_details_of_a_clip(viewer: Viewer) -> None:
    words = [label.text() for label in viewer.details.findChildren(QLabel)]
    assert "A fox in the snow <b>looks up</b>" in words
    assert any(word.startswith(("Today, ", "Yesterday, ")) or word[0].isdigit() for word in words)


def test_known_details_are_shown_and_unknown_ones_left_out(clip: Path) -> None:
    known = dict(facts(job_of(clip), NOW + 200))
    assert known["Type"] == "Text"
    assert known["Size"] == "1920 × 1080, 5 s"
    assert (known["Seed"], known["Cost"]) == ("unknown", "unknown")
    assert known["Made"].startswith("today, ")
    assert known["Made"].endswith(", in 2:31")
    assert dict(facts(replace(job_of(clip), sent_at=None), NOW + 200))["Made"].count(",") == 1
    priced = replace(job_of(clip), seed=4120771, cost=Cost(Decimal("0.755"), "DOLLARS"))
    assert dict(facts(priced, NOW))["Seed"] == "4120771"
    assert dict(facts(priced, NOW))["Cost"] == "$0.755"


def test_dates_read_naturally(clip: Path) -> None:
    job = job_of(clip)
    assert made_text(job, NOW + 151).startswith("Today, ")
    assert duration_text(job) == "2:31"
    assert made_text(job, NOW + 151 + 86_400).startswith("Yesterday, ")
    assert "2027" in made_text(job, NOW + 40 * 86_400)


def test_the_timecode_has_minutes_seconds_and_frames() -> None:
    assert timecode(45, 24) == "00:01:21"
    assert timecode(0, 0) == "00:00:00"
    assert timecode(24 * 61 + 3, 23.976) == "01:01:03"


def test_a_replaced_file_is_never_decoded_in_this_process(
    show: Callable[..., Viewer], clip: Path, qtbot: QtBot
) -> None:
    def prove(path: Path) -> None:
        raise BadMedia(f"“{path.name}” is damaged or not whole.", "Save or download it again.")

    viewer = show(clip, prove=prove)
    qtbot.waitUntil(lambda: bool(viewer.stage.problem))
    assert "damaged" in viewer.stage.problem
    assert viewer.stage.count == 0
