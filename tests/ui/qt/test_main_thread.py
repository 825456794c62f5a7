"""What threads say is heard on the window's thread, and nothing of Qt's is let go on theirs."""

import threading
from collections.abc import Callable
from pathlib import Path
from weakref import ref

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from pytestqt.qtbot import QtBot

from kling_desktop.ui.composer.media_input.background import BackgroundRunner
from kling_desktop.ui.qt.main_thread import on_main_thread
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.viewer.player.filmstrip import Filmstrip
from kling_desktop.ui.viewer.player.strip_frames import StripFrames
from tests.media.video_fixtures import write_video


class Ear(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.heard: list[tuple[object, threading.Thread]] = []

    def hear(self, what: object) -> None:
        self.heard.append((what, threading.current_thread()))


def in_a_thread(*works: Callable[[], None]) -> None:
    thread = threading.Thread(target=lambda: [work() for work in works])
    thread.start()
    thread.join()


def test_calls_from_a_thread_arrive_in_order_on_the_ui_thread(qtbot: QtBot) -> None:
    ear = Ear()
    say = on_main_thread(ear.hear)
    in_a_thread(lambda: say(0), lambda: say(1), lambda: say(2))
    assert ear.heard == []
    qtbot.waitUntil(lambda: len(ear.heard) == 3)
    assert ear.heard == [(number, threading.current_thread()) for number in range(3)]


def test_calls_to_a_deleted_receiver_are_dropped(qtbot: QtBot) -> None:
    for last in ("deleted", "let go"):
        ear = Ear()
        heard, say = ear.heard, on_main_thread(ear.hear)
        in_a_thread(lambda say=say: say("too late"))  # type: ignore[misc]
        if last == "deleted":
            ear.deleteLater()
            QCoreApplication.sendPostedEvents(ear, QEvent.Type.DeferredDelete.value)
        del ear
        QCoreApplication.processEvents()
        assert heard == []


def test_a_thread_holds_no_qt_object(theme: Theme, tmp_path: Path, qtbot: QtBot) -> None:
    film = write_video(tmp_path / "film.mp4")
    go_on = threading.Event()
    ear, strip, background = Ear(), Filmstrip(theme), BackgroundRunner()
    gone: list[ref[QObject]] = [ref(ear), ref(strip), ref(background)]
    said = on_main_thread(ear.hear)
    saying = threading.Thread(target=lambda: go_on.wait() and said("too late"))
    saying.start()
    background.run(go_on.wait, print)
    thumbs = StripFrames(film, 8, (60, 40), strip.show_frame)
    del ear, strip, background
    assert [one() for one in gone] == [None, None, None]
    go_on.set()
    saying.join()
    qtbot.waitUntil(lambda: not any(thread.name.startswith("thumbs") for thread in threading.enumerate()))
    thumbs.shut()
