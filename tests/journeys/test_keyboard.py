"""All of the window without a mouse or eyes: what can have the keyboard has a name, and Tab goes as one reads."""

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from shiboken6 import isValid

from kling_desktop.domain.request.draft import Draft
from kling_desktop.ui.library.notes_popup import NotesPopup
from kling_desktop.ui.library.quick_look import QuickLook
from kling_desktop.ui.messages.message_history import MessageList
from kling_desktop.ui.presets.list_popup import PresetListPopup
from kling_desktop.ui.presets.save_popup import PresetSavePopup
from kling_desktop.ui.queue.queue_list import QueueList
from kling_desktop.ui.search.filter_popup import FilterPopup
from kling_desktop.ui.settings.key_dialog import KeyDialog
from kling_desktop.ui.viewer.compare import CompareView
from kling_desktop.ui.viewer.viewer import Viewer
from kling_desktop.ui.widgets import Button, PrimaryButton
from tests.journeys.app_fixture import AppDriver
from tests.journeys.conftest import OpenApp
from tests.journeys.seeded_library import seed_clips
from tests.journeys.ui_driver import call_in_qt, wait_until

IN_ONE_LINE = 12
"""Px by which the lower edges of what stands side by side may differ."""
TABLE = "prompt\tduration\nA fox in the snow\t5\nRain over the harbour\t7\n"


def nameless(app: AppDriver) -> list[str]:
    """Whatever in sight can have the keyboard, of which a screen reader could not say what it is."""
    windows = [window for window in QApplication.topLevelWidgets() if window.isVisible()]
    parts = (part for window in windows for part in (window, *window.findChildren(QWidget)))
    return [
        f"{type(part).__name__} in {type(part.parentWidget()).__name__}"
        for part in parts
        if part.isVisible() and part.focusPolicy() & Qt.FocusPolicy.TabFocus and not _said_of(part)
    ]


def _focused() -> QWidget:
    focused = QApplication.focusWidget()
    assert focused is not None
    return focused


def _said_of(part: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(part)
    return interface.text(QAccessible.Text.Name) if interface else ""


async def opened(app: AppDriver, ask: Callable[[], object]) -> QDialog:
    """The dialog that comes of it, with the keyboard in it."""
    await call_in_qt(ask)

    def dialog() -> QDialog | None:
        found = QApplication.activeModalWidget()
        return found if isinstance(found, QDialog) and found.isVisible() else None

    def has_keyboard() -> bool:
        shown, focused = dialog(), QApplication.focusWidget()
        return bool(shown and focused and shown.isAncestorOf(focused))

    await wait_until(has_keyboard, "The dialog with the keyboard")
    shown = dialog()
    assert shown
    return shown


async def round_by_tab(app: AppDriver) -> list[QWidget]:
    """Where Tab stops, from where the keyboard is until it comes to where it has been."""
    stops: list[QWidget] = []
    while (stop := _focused()) not in stops:
        stops.append(stop)
        await app.press("Tab")
    return stops


def to_be_reached(window: QWidget) -> list[QWidget]:
    parts = (part for part in window.findChildren(QWidget) if part.isVisible() and part.isEnabled())
    return [part for part in parts if part.focusPolicy() & Qt.FocusPolicy.TabFocus]


async def missed(app: AppDriver, window: QWidget) -> set[str]:
    """What is to have the keyboard there and doesn't get it by Tab, once nothing comes or goes there any more."""
    before: list[QWidget] = []
    while (there := to_be_reached(window)) != before:
        before, stops = there, await round_by_tab(app)
    return {_told(part) for part in before if part not in stops}


async def opens_with_names(app: AppDriver, keys: str, kind: type[QWidget]) -> None:
    await app.press(keys)
    await wait_until(lambda: app.find_all(kind), f"What {keys} opens")
    assert nameless(app) == [], keys


def _none_in_sight(app: AppDriver, kind: type[QWidget]) -> bool:
    return not app.find_all(kind)


async def test_everything_focusable_has_a_name_and_escape_closes_popups(open_app: OpenApp, tmp_path: Path) -> None:
    seed_clips(tmp_path / "home", [Draft(prompt="A fox"), Draft(prompt="A wolf", duration=10)])
    async with open_app() as app:
        await app.wait_until_connected()
        window, menu = app.application.window, app.application.shell.menu
        assert nameless(app) == []
        QGuiApplication.clipboard().setText(TABLE)
        actions = {action.text().split("\t")[0]: action for action in menu.actions()}
        asks: dict[str, Callable[[], object]] = {
            "Settings": window.top.settings_requested.emit,
            "API key": window.top.account.key_requested.emit,
            "Spending": actions["Spending…"].trigger,
            "Shortcuts": actions["Shortcuts"].trigger,
            "A table": actions["Paste request or table"].trigger,
            "Check library": window.library.check_requested.emit,
            "Import": window.library.import_requested.emit,
        }
        for name, ask in asks.items():
            dialog = await opened(app, ask)
            assert nameless(app) == [], name
            assert await missed(app, dialog) == set(), name
            await app.press("Esc")
            await wait_until(partial(_is_gone, dialog), f"The end of {name}")
            window.activateWindow()


def _is_gone(dialog: QWidget) -> bool:
    return not (isValid(dialog) and dialog.isVisible())


async def test_popups_and_the_viewer_have_names_too(open_app: OpenApp, tmp_path: Path) -> None:
    seed_clips(tmp_path / "home", [Draft(prompt="A fox"), Draft(prompt="A wolf", duration=10)])
    async with open_app() as app:
        await app.wait_until_connected()
        await wait_until(lambda: app.grid.model().rowCount() == 2, "The clips")
        for keys, sheet in (
            ("Ctrl+P", PresetListPopup),
            ("Ctrl+Shift+S", PresetSavePopup),
            ("Ctrl+Shift+F", FilterPopup),
        ):
            await opens_with_names(app, keys, sheet)
            await app.press("Esc")
            await wait_until(partial(_none_in_sight, app, sheet), f"The end of {keys}")
        await opens_with_names(app, "Ctrl+J", QueueList)
        await opens_with_names(app, "Ctrl+Shift+J", MessageList)
        for keys, look in (("N", NotesPopup), ("Space", QuickLook), ("Return", Viewer)):
            app.grid.setFocus()
            await app.press("Home")
            await opens_with_names(app, keys, look)
            if look is Viewer:
                assert await missed(app, app.viewer) == set()
            await app.press("Esc", on=app.viewer if look is Viewer else None)
            await wait_until(partial(_none_in_sight, app, look), f"The end of {keys}")
        app.grid.setFocus()
        await app.press("Home")
        await app.press("Shift+Right")
        await app.press("Return")
        await wait_until(lambda: app.find_all(CompareView), "The comparison")
        assert nameless(app) == []


async def test_tab_reaches_everything_from_top_to_bottom(
    open_app: OpenApp,
) -> None:
    async with open_app() as app:
        await app.wait_until_connected()
        window = app.application.window
        await app.press("Ctrl+J")
        assert await missed(app, window) == set()
        stops = await round_by_tab(app)
        first = next(nth for nth, stop in enumerate(stops) if window.composer.isAncestorOf(stop))
        stops = stops[first:] + stops[:first]
        for part in (window.composer, window.library, window.below):
            there = [stop for stop in stops if part.isAncestorOf(stop)]
            lows = [stop.mapTo(window, QPoint(0, stop.height())).y() for stop in there]
            assert all(low > before - IN_ONE_LINE for before, low in pairwise(lows)), list(map(_told, there))


def _told(part: QWidget) -> str:
    return f"{type(part).__name__} “{_said_of(part)}”"


async def test_the_empty_library_leads_back_to_a_closed_welcome(open_app: OpenApp) -> None:
    async with open_app(by_the_welcome=True) as app:
        await wait_until(lambda: app.find_all(KeyDialog), "The welcome")
        await app.press("Esc", on=app.find(KeyDialog))
        add = app.find(PrimaryButton, "Add your API key…")
        await app.click(add)
        await wait_until(lambda: app.find_all(KeyDialog), "The question for a key")
        await app.click(app.find(Button, "Try it in the sandbox", where=app.find(KeyDialog)))
        await app.wait_until_connected()
        assert not add.isVisible()
