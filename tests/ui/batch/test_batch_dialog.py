"""A table looked over before it is ordered: rows chosen by click and key, problems in place, and the price of all."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from kling_desktop.domain.jobs.job import DOLLARS, Cost
from kling_desktop.domain.parsing.batch_row import BatchRow, BatchSelection, batch_summary
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.form import Problem
from kling_desktop.ui.batch.dialog import BatchDialog
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets import LinkButton

LEFT = Qt.MouseButton.LeftButton
PRICE = Cost(Decimal("1.51"), DOLLARS)
FOX = BatchRow(2, Draft(prompt="A fox\nin the snow", duration=10, public=True), 3, PRICE, "Snow")
BROKEN = replace(
    FOX, number=3, draft=Draft(), problems=(Problem("prompt", "Write a prompt"), Problem("seed", "No seed"))
)
BEFORE = replace(FOX, number=5, takes=1, submitted_before="Submitted on 24 Nov at 14:02", is_selected=False)


Open = Callable[[list[BatchRow]], BatchDialog]


@pytest.fixture
def opened(qtbot: QtBot, theme: Theme) -> Open:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()

    def left_of(chosen: BatchSelection) -> tuple[str, bool]:
        over = chosen.takes > 3
        return ("$1.04 over today's limit" if over else "leaves $0.47 of today's limit"), over

    def show(rows: list[BatchRow]) -> BatchDialog:
        sound = [row.with_selected(row.is_selected) for row in rows]
        dialog = BatchDialog(theme, window, "table.csv", sound, ["Mind."], left_of)
        dialog.open()
        qtbot.waitExposed(dialog)
        return dialog

    return show


def texts(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def test_valid_rows_are_selected_and_priced(opened: Open) -> None:
    dialog = opened([FOX, BROKEN, BEFORE])
    assert [row.is_selected for row in dialog.rows.rows.rows] == [True, False, False]
    assert {"about $4.53", "leaves $0.47 of today's limit", "Mind."} <= set(texts(dialog))
    assert "3 rows · 1 row has a problem · 1 row was submitted before" in texts(dialog)
    assert dialog.go.text() == "Generate 3 takes"
    dialog.reject()


def test_each_row_shows_its_content_and_problems(opened: Open) -> None:
    dialog = opened([FOX, BROKEN, BEFORE])
    model = dialog.rows.rows
    said = [str(model.data(model.index(row, 0), Qt.ItemDataRole.AccessibleTextRole)) for row in range(3)]
    assert said[0].startswith(
        "Row 2: A fox in the snow. Snow · Text · 10 s · 16:9 · public: everyone can see it. 3 × $1.51"
    )
    assert said[1].endswith("Write a prompt · No seed")
    assert "Submitted on 24 Nov at 14:02" in said[2]
    assert "No seed" in str(model.data(model.index(1, 0), Qt.ItemDataRole.ToolTipRole))
    dialog.reject()


def test_rows_are_selected_by_click_and_key_but_never_an_invalid_one(opened: Open) -> None:
    dialog = opened([FOX, BROKEN, BEFORE])
    view = dialog.rows
    assert dialog.focusWidget() is view
    for row in (1, 2):
        QTest.mouseClick(view.viewport(), LEFT, pos=view.visualRect(view.rows.index(row, 0)).center())
    assert [row.is_selected for row in view.rows.rows] == [True, False, True]
    assert "$1.04 over today's limit" in texts(dialog)
    QTest.keyClick(view, Qt.Key.Key_Up)
    QTest.keyClick(view, Qt.Key.Key_Up)
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert [row.is_selected for row in view.rows.rows] == [False, False, True]
    assert dialog.go.text() == "Generate 1 take"
    everything, nothing = dialog.findChildren(LinkButton)
    QTest.mouseClick(everything, LEFT)
    assert [row.is_selected for row in view.rows.rows] == [True, False, True]
    QTest.mouseClick(nothing, LEFT)
    assert dialog.go.is_blocked
    QTest.mouseClick(dialog.go, LEFT)
    assert dialog.isVisible(), "there is nothing to order"
    dialog.reject()


def test_only_selected_rows_are_submitted(opened: Open, qtbot: QtBot) -> None:
    dialog = opened([FOX, BEFORE])
    QTest.keyClick(dialog.rows, Qt.Key.Key_Return)
    assert dialog.isVisible(), "Enter among the rows spends nothing"
    with qtbot.waitSignal(dialog.submit_requested) as wanted:
        QTest.mouseClick(dialog.go, LEFT)
    assert [row.is_selected for row in wanted.args[0]] == [True, False]
    assert not dialog.isVisible()


def test_an_unknown_price_is_named(opened: Open) -> None:
    dialog = opened([replace(FOX, price=None)])
    assert "3 at an unknown price" in texts(dialog)
    dialog.reject()


def test_the_summary_counts_rows() -> None:
    assert batch_summary([FOX]) == "1 row"
    assert batch_summary([BROKEN, BROKEN]) == "2 rows · 2 rows have problems"
