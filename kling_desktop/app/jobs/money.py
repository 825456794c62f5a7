"""All that the window does about money, tied together: what is shown, what is asked, what is ordered."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from kling_desktop.app.jobs.money_shown import MoneyShown
from kling_desktop.app.jobs.ordering import Ordering
from kling_desktop.app.jobs.spending_sheet import SpendingSheet
from kling_desktop.ui.form_menu import FormMenu
from kling_desktop.ui.tasks import Tasks
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.window import Window

if TYPE_CHECKING:
    from kling_desktop.session import Session


class Money:
    """Follows one session at a time. preset_name: what the preset of an ID is called, "" if it is gone.

    settings_wanted leads to where caps are set.
    """

    def __init__(
        self,
        theme: Theme,
        window: Window,
        tasks: Tasks,
        shown: MoneyShown,
        preset_name: Callable[[str], str],
        settings_wanted: Callable[[], None],
    ) -> None:
        self.shown = shown
        self.ordering = Ordering(theme, window, tasks, settings_wanted)
        self.sheet = SpendingSheet(theme, window, tasks, preset_name, settings_wanted)
        shown.show_in(window)
        window.status.today.clicked.connect(self.sheet.open)

    def listen_to(self, menu: FormMenu) -> None:
        menu.spending.triggered.connect(self.sheet.open)

    def follow(self, session: "Session | None") -> None:
        """Show its money and order there from now on; neither without one."""
        spending = session.spending if session else None
        self.shown.follow(spending)
        self.sheet.follow(spending)
        self.ordering.follow(session.queue if session else None)

    def close(self) -> None:
        """No question stays open, and no clock goes on for a window that is gone."""
        self.follow(None)
        self.ordering.close()
        self.sheet.close()
