"""The rows of the queue under real keys, clicks and drops."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from kling_desktop.domain.errors import RefusalReason
from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.actions import ACTIONS, Action, ActionRequest, JobAction, Pane, key_bindings
from kling_desktop.domain.jobs.duration_estimate import DurationEstimate
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.request.draft import Draft
from kling_desktop.ui.library.cards.job_status import JobStatus
from kling_desktop.ui.messages.message_history import MOST, MessageHistory, MessageList
from kling_desktop.ui.queue.panel import QueuePanel
from kling_desktop.ui.queue.queue_list import QueueList
from kling_desktop.ui.queue.queue_model import QueueModel
from kling_desktop.ui.queue.reorderable_list import QUEUE_MIME, QueueMove
from kling_desktop.ui.queue.row import MAX_PENDING_CARDS, QueueSection, has_card, section_of, sorted_jobs
from kling_desktop.ui.queue.row_delegate import HEIGHT, RowButton
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets import Button, Message
from tests.support.drag_events import send_drag, send_drop
from tests.support.keys import press_key

NOW = 10_000.0
ALT = Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
with_a_menu = pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard", extend=True)


def job(name: str, state: job_states.JobState, age: float = 0.0) -> Job:
    return Job(name, "s", "p", "window", "/clips", Draft(prompt=f"Fox {name}"), NOW - age, state, sent_at=NOW - 72)


def refused(name: str, why: RefusalReason, said: str = "") -> Job:
    return job(name, job_states.Refused("No.", "Change it.", why, said))


QUEUE = (
    job("a", job_states.Waiting()),
    job("b", job_states.Waiting()),
    job("c", job_states.Held(NOW + 3)),
    job("gen", job_states.Generating("g")),
    job("lost", job_states.Unknown(5, True, ("x",))),
    job("looked for", job_states.Unknown(1)),
    refused("poor", RefusalReason.CREDIT),
    job("gone", job_states.Cancelled()),
)
LINE = ("a", "b", "c")
ORDER = ["lost", "poor", "gen", "looked for", "a", "b", "c", "gone"]


@pytest.fixture
def paused() -> set[str]:
    return {"b"}


@pytest.fixture
def model(qapp: QApplication, paused: set[str]) -> QueueModel:
    made = QueueModel(lambda: NOW)
    made.job_status = JobStatus(paused.__contains__, estimate_duration=lambda _: DurationEstimate(90, 160, 300))
    made.show_jobs(sorted_jobs(QUEUE, LINE), LINE)
    return made


@pytest.fixture
def panel(theme: Theme, model: QueueModel, qtbot: QtBot) -> QueuePanel:
    made = QueuePanel(theme, model)
    qtbot.addWidget(made)
    qtbot.addWidget(made.buttons)
    made.resize(700, 480)
    made.show()
    made.buttons.show()
    made.activateWindow()
    qtbot.waitExposed(made)
    made.show_counts(QUEUE, lambda job_id: job_id == "b")
    made.list.setFocus()
    QApplication.processEvents()
    return made


@pytest.fixture
def rows(panel: QueuePanel) -> QueueList:
    return panel.list


@pytest.fixture
def asked(panel: QueuePanel) -> list[ActionRequest]:
    """What the queue asks for."""
    requests: list[ActionRequest] = []
    panel.action_requested.connect(requests.append)
    return requests


@pytest.fixture
def moves(rows: QueueList, model: QueueModel) -> list[QueueMove]:
    """What the list asks for; it is done, as the queue would."""
    moves: list[QueueMove] = []
    line = list(LINE)

    def move(to: QueueMove) -> None:
        moves.append(to)
        others = [name for name in line if name not in to.jobs]
        at = others.index(to.before) if to.before else len(others)
        line[:] = [*others[:at], *to.jobs, *others[at:]]
        model.show_jobs(sorted_jobs(QUEUE, line), line)

    rows.move_requested.connect(move)
    return moves


def shown(model: QueueModel) -> list[str]:
    return [model.job(row).id for row in range(model.rowCount())]


def choose(rows: QueueList, model: QueueModel, name: str) -> None:
    rows.setCurrentIndex(model.index_of(name))


def button_of(rows: QueueList, model: QueueModel, name: str, button: Action | RowButton) -> QPoint:
    area = rows.visualRect(model.index_of(name))
    middle = area.center().y()
    return next(
        QPoint(x, middle) for x in range(area.right(), area.left(), -4) if rows.button_at(QPoint(x, middle)) is button
    )


def test_jobs_that_need_the_user_come_first_then_active_then_pending_ones(
    model: QueueModel,
) -> None:
    assert shown(model) == ORDER
    model.show_jobs(sorted_jobs(QUEUE, ("c", "a", "b")), ("c", "a", "b"))
    assert shown(model)[4:7] == ["c", "a", "b"]


def test_finished_clips_are_not_in_the_queue(model: QueueModel) -> None:
    done = job("done", job_states.Done("g", "i", "/clips/a.mp4"))
    assert sorted_jobs([*QUEUE, done], LINE) == sorted_jobs(QUEUE, LINE)


def test_a_few_pending_jobs_have_cards_in_the_library_but_not_a_hundred() -> None:
    assert [one.id for one in QUEUE if not has_card(one, MAX_PENDING_CARDS)] == ["gone"]
    assert [one.id for one in QUEUE if not has_card(one, MAX_PENDING_CARDS + 1)] == ["a", "b", "gone"]


def test_the_selected_row_stays_selected_while_others_change(model: QueueModel, rows: QueueList) -> None:
    choose(rows, model, "b")
    fewer = [*QUEUE[1:], job("new", job_states.Failed("g", "It failed."))]
    model.show_jobs(sorted_jobs(fewer, ("c", "b")), ("c", "b"))
    assert model.job(rows.currentIndex().row()).id == "b"
    assert [model.job(index.row()).id for index in rows.selectionModel().selectedIndexes()] == ["b"]


def test_a_row_shows_state_time_prompt_and_settings(model: QueueModel) -> None:
    row = model.row(shown(model).index("gen"))
    assert (row.card.word, row.card.left, row.card.right) == ("Generating", "1:12", "usually 2:40")
    assert (row.title, row.below) == ("Fox gen", "Text · 16:9 · 5 s")
    assert model.row(shown(model).index("a")).card.left == "Next"
    assert model.row(shown(model).index("b")).card.word == "Paused"


def test_a_foreign_job_says_so_and_offers_nothing() -> None:
    model = QueueModel(lambda: NOW)
    model.job_status = JobStatus(is_foreign=lambda job_id: job_id == "gen")
    model.show_jobs(sorted_jobs(QUEUE, LINE), LINE)
    row = model.row(model.index_of("gen").row())
    assert row.below.startswith("Run by another program")
    assert (row.card.buttons, row.card.menu) == ((), ())


def test_the_focus_stays_in_the_queue_when_its_last_row_is_removed(
    panel: QueuePanel, model: QueueModel, qtbot: QtBot
) -> None:
    panel.buttons.hide()
    panel.activateWindow()
    panel.list.setFocus()
    qtbot.waitUntil(panel.list.hasFocus)
    model.show_jobs([], ())
    panel.show_counts((), lambda _: False)
    assert panel.list.hasFocus()
    assert not panel.list.grab().isNull()


def test_screen_readers_get_the_whole_row(model: QueueModel) -> None:
    said = model.data(model.index_of("gen"), Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Generating. 1:12. usually 2:40. Fox gen. Text · 16:9 · 5 s"


def test_text_from_outside_is_never_markup(model: QueueModel) -> None:
    model.show_jobs([refused("x", RefusalReason.OTHER, "<img src=x>")], ())
    assert "&lt;img src=x&gt;" in str(model.data(model.index(0), Qt.ItemDataRole.ToolTipRole))


def test_alt_and_arrows_move_pending_jobs_only(rows: QueueList, model: QueueModel, moves: list[QueueMove]) -> None:
    choose(rows, model, "c")
    QTest.keyClick(rows, Qt.Key.Key_Up, ALT)
    assert shown(model)[4:7] == ["a", "c", "b"]
    QTest.keyClick(rows, Qt.Key.Key_Up, ALT)
    QTest.keyClick(rows, Qt.Key.Key_Up, ALT)
    assert shown(model)[4:7] == ["c", "a", "b"]
    QTest.keyClick(rows, Qt.Key.Key_End, ALT)
    assert shown(model)[4:7] == ["a", "b", "c"]
    QTest.keyClick(rows, Qt.Key.Key_Home, ALT)
    QTest.keyClick(rows, Qt.Key.Key_Down, ALT)
    assert shown(model)[4:7] == ["a", "c", "b"]
    before = len(moves)
    choose(rows, model, "gen")
    QTest.keyClick(rows, Qt.Key.Key_Up, ALT)
    assert len(moves) == before


def test_several_selected_rows_move_together(rows: QueueList, model: QueueModel, moves: list[QueueMove]) -> None:
    choose(rows, model, "b")
    QTest.keyClick(rows, Qt.Key.Key_Down, SHIFT)
    QTest.keyClick(rows, Qt.Key.Key_Up, ALT)
    assert moves == [QueueMove(("b", "c"), "a")]
    assert shown(model)[4:7] == ["b", "c", "a"]


def drop(rows: QueueList, ids: str, at: QPoint) -> None:
    data = QMimeData()
    data.setData(QUEUE_MIME, ids.encode())
    send_drag(rows.viewport(), data, at, Qt.DropAction.MoveAction)
    send_drop(rows.viewport(), data, at, Qt.DropAction.MoveAction)


def test_rows_are_dragged_only_among_the_pending(rows: QueueList, model: QueueModel, moves: list[QueueMove]) -> None:
    drop(rows, "c", rows.visualRect(model.index_of("a")).topLeft() + QPoint(50, 5))
    assert shown(model)[4:7] == ["c", "a", "b"]
    drop(rows, "a", QPoint(50, 2))
    assert shown(model)[4:7] == ["a", "c", "b"]
    drop(rows, "a\nc", QPoint(50, 8 * HEIGHT - 3))
    assert shown(model)[4:7] == ["b", "a", "c"]


def test_a_drag_at_the_edge_scrolls_until_the_drop(rows: QueueList, moves: list[QueueMove], qtbot: QtBot) -> None:
    rows.window().resize(700, 3 * HEIGHT)
    bar = rows.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    low = QPoint(50, rows.viewport().height() - 3)
    data = QMimeData()
    data.setData(QUEUE_MIME, b"a")
    send_drag(rows.viewport(), data, low, Qt.DropAction.MoveAction)
    qtbot.waitUntil(lambda: bar.value() == bar.maximum())
    send_drop(rows.viewport(), data, low, Qt.DropAction.MoveAction)
    assert moves == [QueueMove(("a",))]
    assert not rows.is_autoscrolling


def test_only_pending_jobs_can_be_dragged(model: QueueModel) -> None:
    drags = Qt.ItemFlag.ItemIsDragEnabled
    assert [name for name in shown(model) if model.flags(model.index_of(name)) & drags] == ["a", "b", "c"]


def test_only_queue_rows_can_be_dropped_on_the_queue(rows: QueueList) -> None:
    data = QMimeData()
    data.setText("something else")
    assert not send_drag(rows.viewport(), data, QPoint(50, 20))


def test_keys_edit_pause_send_and_withdraw(rows: QueueList, model: QueueModel, asked: list[ActionRequest]) -> None:
    for name, key in (
        ("a", Qt.Key.Key_F2),
        ("a", Qt.Key.Key_Space),
        ("b", Qt.Key.Key_Space),
        ("c", Qt.Key.Key_Space),
        ("gen", Qt.Key.Key_F2),
        ("gen", Qt.Key.Key_Delete),
    ):
        choose(rows, model, name)
        QTest.keyClick(rows, key)
    assert asked == [
        ActionRequest(JobAction.EDIT, ("a",)),
        ActionRequest(JobAction.PAUSE, ("a",)),
        ActionRequest(JobAction.SEND_NOW, ("b",)),
        ActionRequest(JobAction.SEND_NOW, ("c",)),
        ActionRequest(JobAction.WITHDRAW, ("gen",)),
    ]


@pytest.mark.parametrize("key", sorted(set(key_bindings(Pane.QUEUE)) - {"Alt+Home"}))
def test_every_key_of_the_action_table_requests_the_first_action_the_row_offers(
    rows: QueueList, model: QueueModel, asked: list[ActionRequest], key: str
) -> None:
    actions = [action for action, _ in key_bindings(Pane.QUEUE)[key]]
    for name in ("a", "b", "c", "gen"):
        choose(rows, model, name)
        asked.clear()
        press_key(rows, key)
        card = model.row(model.index_of(name).row()).card
        possible = [action for action in actions if card.offers(action) or action is JobAction.WITHDRAW]
        assert asked == [ActionRequest(action, (name,)) for action in possible[:1]]


def test_a_key_moves_a_job_to_the_front(rows: QueueList, model: QueueModel, moves: list[QueueMove]) -> None:
    choose(rows, model, "b")
    press_key(rows, ACTIONS[JobAction.MOVE_TO_FRONT].key)
    assert moves == [QueueMove(("b",), "a")]


def test_del_withdraws_all_selected_jobs(rows: QueueList, model: QueueModel, asked: list[ActionRequest]) -> None:
    choose(rows, model, "a")
    QTest.keyClick(rows, Qt.Key.Key_Down, SHIFT)
    QTest.keyClick(rows, Qt.Key.Key_Delete)
    assert asked == [ActionRequest(JobAction.WITHDRAW, ("a", "b"))]


def test_a_click_on_a_button_works_unless_released_elsewhere(
    rows: QueueList, model: QueueModel, asked: list[ActionRequest]
) -> None:
    at = button_of(rows, model, "poor", JobAction.OPEN_BILLING)
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert asked == [ActionRequest(JobAction.OPEN_BILLING, ("poor",))]
    QTest.mousePress(rows.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseRelease(rows.viewport(), Qt.MouseButton.LeftButton, pos=at + QPoint(0, 3 * HEIGHT))
    assert len(asked) == 1


@with_a_menu
def test_enter_and_the_menu_button_open_a_rows_menu_with_its_keys(
    rows: QueueList, model: QueueModel, asked: list[ActionRequest]
) -> None:
    choose(rows, model, "a")
    QTest.keyClick(rows, Qt.Key.Key_Return)
    [menu] = [child for child in rows.findChildren(QMenu) if child.isVisible()]
    offered = [action.text() for action in menu.actions()]
    assert offered == ["Pause\tSpace", "Edit\tF2", "Move to front\tAlt+Home", "Cancel\tDel"]
    menu.actions()[2].trigger()
    assert asked == [ActionRequest(JobAction.MOVE_TO_FRONT, ("a",))]
    menu.close()
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=button_of(rows, model, "gen", RowButton.MENU))
    assert any(child.isVisible() for child in rows.findChildren(QMenu))
    for child in rows.findChildren(QMenu):
        child.close()


def words_of(panel: QueuePanel) -> list[str]:
    return [button.text() for button in panel.buttons.findChildren(Button) if not button.isHidden()]


def test_the_buttons_for_all_show_their_counts(panel: QueuePanel, qtbot: QtBot) -> None:
    assert words_of(panel) == ["Try 1 again", "Send 1", "Pause 2", "Remove finished"]
    panel.show_counts(QUEUE[3:4], lambda _: False)
    assert words_of(panel) == []


def test_the_buttons_for_all_apply_to_the_jobs_they_count(panel: QueuePanel, asked: list[ActionRequest]) -> None:
    for button in panel.buttons.findChildren(Button):
        button.click()
    assert asked == [
        ActionRequest(JobAction.RETRY, ("poor",)),
        ActionRequest(JobAction.SEND_NOW, ("b",)),
        ActionRequest(JobAction.PAUSE, ("a", "c")),
        ActionRequest(JobAction.REMOVE, ("gone",)),
    ]


def test_the_clock_ticks_only_while_a_visible_row_counts_seconds(rows: QueueList, model: QueueModel) -> None:
    assert rows.is_ticking
    model.show_jobs([QUEUE[0]], LINE)
    assert not rows.is_ticking


def test_it_scrolls_to_the_first_row_of_a_section(panel: QueuePanel, model: QueueModel) -> None:
    for part, name in (
        (QueueSection.PENDING, "a"),
        (QueueSection.ACTIVE, "gen"),
        (QueueSection.NEEDS_ATTENTION, "lost"),
    ):
        panel.show_section(part)
        assert model.job(panel.list.currentIndex().row()).id == name
        assert section_of(model.job(panel.list.currentIndex().row())) is part


def test_every_state_has_a_row_that_paints(theme: Theme, model: QueueModel, rows: QueueList) -> None:
    every = [
        job("0", job_states.Uploading()),
        job("1", job_states.Sending()),
        job("2", job_states.Made("g", "i", "v")),
        job("3", job_states.Downloading("g", "i", "v")),
    ]
    model.show_jobs([*every, *QUEUE], LINE)
    model.set_progress("3", 2_100_000, 8_400_000)
    assert model.row(3).card.left == "2.1 of 8.4 MB"
    theme.force("light")
    assert not rows.grab().isNull()
    model.show_jobs([replace(every[3], state=job_states.Generating("g"))], ())
    assert model.row(0).card.left == "1:12"


def test_the_message_history_is_newest_first_and_can_be_copied(theme: Theme, qtbot: QtBot) -> None:
    history = MessageHistory(lambda: NOW)
    seen = MessageList(theme, history)
    qtbot.addWidget(seen)
    seen.resize(500, 200)
    seen.show()
    history.add(Message("The first"))
    history.add(Message("The second", word="Refused", caption="“no”"))
    seen.selectAll()
    QTest.keyClick(seen, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QApplication.clipboard().text().split("\n")
    assert [line[6:] for line in lines] == ["Refused. The second “no”", "The first"]
    for number in range(MOST + 5):
        history.add(Message(str(number)))
    assert history.rowCount() == MOST
