"""What was spent, the question before a cap is passed, and the settings about money."""

from decimal import Decimal

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from kling_desktop.controllers.settings.settings_dialog import default_prices
from kling_desktop.domain.jobs.job import DOLLARS, Cost
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.form import resolve
from kling_desktop.domain.request.model_table import KLING_O1
from kling_desktop.domain.spending.prices import SNAPSHOT_PRICES, Quote, Totals
from kling_desktop.domain.spending.report import ReportGrouping, ReportRow, SpendingReport
from kling_desktop.ui.composer.generate_bar import GenerateBar
from kling_desktop.ui.settings.spending_settings import SpendingSettings
from kling_desktop.ui.spending.limit_choices import LimitChoice
from kling_desktop.ui.spending.limit_dialog import LimitDialog
from kling_desktop.ui.spending.report_dialog import ReportPeriod, SpendingReportDialog
from kling_desktop.ui.spending.today_button import TodayButton
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets import Button
from kling_desktop.ui.widgets.choice_row import Cell

LEFT = Qt.MouseButton.LeftButton
PRICE = Cost(Decimal("1.51"), DOLLARS)
NO_AMOUNTS = dict.fromkeys(("day_cap", "session_cap", "price_5s", "price_10s", "price_edit"), "")


def shown(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitExposed(widget)


def texts(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def test_the_generate_bar_shows_what_remains_of_the_limit(qtbot: QtBot, theme: Theme) -> None:
    foot = GenerateBar(theme)
    shown(qtbot, foot)
    foot.show_form(
        resolve(Draft(prompt="A fox", takes=3), KLING_O1), None, Quote(PRICE, "", "leaves $2.45 of today's limit")
    )
    assert "$4.53" in texts(foot)
    assert "3 × $1.51" in texts(foot)
    assert "leaves $2.45 of today's limit" in texts(foot)


def test_enter_in_the_limit_dialog_spends_nothing(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    shown(qtbot, window)
    allowed: list[bool] = []
    anyway = LimitChoice("Generate anyway", lambda: allowed.append(True))
    dialog = LimitDialog(theme, window, "Over.", "Nothing yet.", anyway)
    dialog.open()
    qtbot.waitExposed(dialog)
    QTest.keyClick(dialog.focusWidget() or dialog, Qt.Key.Key_Return)
    assert (allowed, dialog.isVisible()) == ([], False)
    again = LimitDialog(theme, window, "Over.", "Nothing yet.", anyway)
    again.open()
    qtbot.waitExposed(again)
    QTest.mouseClick(again.go, LEFT)
    assert (allowed, again.isVisible()) == ([True], False)


def test_the_limit_dialog_offers_what_fits_and_exceeding_is_a_separate_click(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    shown(qtbot, window)
    went: list[str] = []
    over, under = (
        LimitChoice("Generate all 5 anyway", lambda: went.append("all")),
        LimitChoice("Generate the 3 that fit", lambda: went.append("3")),
    )
    for words in (over.words, under.words):
        dialog = LimitDialog(theme, window, "Over.", "3 of the 5 takes stay within the limit.", over, under)
        dialog.open()
        qtbot.waitExposed(dialog)
        assert dialog.go.text() == under.words
        [button] = [one for one in dialog.findChildren(QAbstractButton) if one.text() == words]
        assert all(one.width() >= one.sizeHint().width() for one in dialog.findChildren(QAbstractButton))
        QTest.mouseClick(button, LEFT)
        assert not dialog.isVisible()
    assert went == ["all", "3"]


def test_the_report_dialog_requests_other_periods_and_groupings(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    shown(qtbot, window)
    sheet = SpendingReportDialog(theme, window, "No cap is set")
    sheet.open()
    qtbot.waitExposed(sheet)
    lines = (
        ReportRow("Snow", "2 takes", 2, Totals([PRICE, PRICE])),
        ReportRow("No preset", "1 take", 1, Totals([PRICE])),
    )
    sheet.show_report(SpendingReport(Totals([PRICE] * 3), 3, 1, Totals([PRICE]), lines))
    assert "$4.53" in texts(sheet)
    assert (
        "3 takes sent · 1 of them estimated until Leonardo reports the cost · $1.51 refunded, as far as we know"
        in texts(sheet)
    )
    assert sheet.sums.model().data(sheet.sums.model().index(0, 0)) == "Snow: $3.02. 2 takes"
    with qtbot.waitSignal(sheet.report_requested):
        QTest.mouseClick(next(cell for cell in sheet.findChildren(Cell) if cell.text() == "All time"), LEFT)
    with qtbot.waitSignal(sheet.report_requested):
        QTest.mouseClick(next(cell for cell in sheet.findChildren(Cell) if cell.text() == "Preset"), LEFT)
    assert (sheet.period, sheet.by) == (ReportPeriod.ALL, ReportGrouping.PRESET)
    sheet.show_report(SpendingReport(Totals(), 0, 0, Totals(), ()))
    assert "No spending yet" in texts(sheet)
    assert not next(one for one in sheet.findChildren(Button) if one.text().startswith("Export")).isEnabled()
    sheet.reject()


def test_an_amount_applies_as_soon_as_it_is_valid(qtbot: QtBot, theme: Theme) -> None:
    money = SpendingSettings(theme, DOLLARS, NO_AMOUNTS)
    shown(qtbot, money)
    told: list[tuple[str, object]] = []
    money.changed.connect(lambda name, value: told.append((name, value)))
    QTest.keyClicks(money.fields["day_cap"], "1x")
    assert told == [("day_cap", "1")]
    assert "Limit per day: Enter a number" in texts(money)
    QTest.keyClick(money.fields["day_cap"], Qt.Key.Key_Backspace)
    QTest.keyClicks(money.fields["day_cap"], "0")
    assert told[-1] == ("day_cap", "10")
    assert "Enter a number" not in texts(money)


def test_an_empty_price_shows_the_default(qtbot: QtBot, theme: Theme) -> None:
    money = SpendingSettings(theme, DOLLARS, NO_AMOUNTS, default_prices(KLING_O1, SNAPSHOT_PRICES))
    shown(qtbot, money)
    empty = {name: field.placeholderText() for name, field in money.fields.items()}
    assert (empty["price_5s"], empty["price_10s"], empty["price_edit"]) == ("$0.755", "$1.51", "as a clip")
    assert empty["day_cap"] == "no limit"


def test_todays_spending_is_hidden_while_there_is_none(qtbot: QtBot, theme: Theme) -> None:
    today = TodayButton(theme)
    qtbot.addWidget(today)
    today.show_spent("", "", passed=False)
    assert not today.isVisibleTo(today.parentWidget() or today)
    today.show_spent("Today $3.02 of $10.00", "More.", passed=False)
    assert today.isVisible()
    assert today.accessibleName() == "Today $3.02 of $10.00"
    with qtbot.waitSignal(today.clicked):
        QTest.mouseClick(today, LEFT, pos=QPoint(5, 5))
