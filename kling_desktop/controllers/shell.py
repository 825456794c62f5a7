"""What is there of the app from its first paint on: the window, the form as it was left, the looks that were chosen."""

from kling_desktop.controllers.composer.autosave import DraftAutosave
from kling_desktop.controllers.composer.composer import ComposerController
from kling_desktop.controllers.composer.recent_media import RecentMediaController
from kling_desktop.controllers.context import AppContext
from kling_desktop.controllers.jobs.queue_view import QueueController
from kling_desktop.controllers.library.library_view import LibraryController
from kling_desktop.controllers.settings.appearance import Appearance
from kling_desktop.controllers.spending.prices import PriceController
from kling_desktop.controllers.user_settings import UserSettings
from kling_desktop.services.composer.composer import Composer
from kling_desktop.store.folders import Folders
from kling_desktop.store.settings import SettingsFile
from kling_desktop.ui.library.panel import LibraryPanel
from kling_desktop.ui.presets.shortcuts import PresetShortcuts
from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.shell.form_menu import FormMenu
from kling_desktop.ui.shell.main_window import MainWindow
from kling_desktop.ui.theme import Theme

CONNECTING = "Connecting…"


class AppShell:
    """The window before there is anything to work with. What works behind it is in WindowControllers.

    A start waits for every module that is imported here, however indirectly; tests/benchmarks counts them.
    """

    def __init__(self, theme: Theme, folders: Folders) -> None:
        self.composer = Composer(send_blocker=CONNECTING)
        tasks = Tasks(self.show_error)
        self.jobs = LibraryController(theme.tokens, tasks)
        self.queue = QueueController(theme, tasks)
        self.prices = PriceController(self.jobs)
        self.form = ComposerController(theme, self.composer, tasks, folders.media, self.jobs, self.prices, self.post)
        self.window = MainWindow(theme, self.form.panel, LibraryPanel(theme, self.jobs.model), self.queue.below)
        settings = UserSettings(SettingsFile(folders.settings), folders.clips, tasks)
        self.context = AppContext(theme, self.window, tasks, folders, settings)
        self.queue.show_in(self.window)
        self.prices.show_in(self.window)
        self.preset_keys = PresetShortcuts(self.window)
        self.menu = FormMenu(self.window, self.composer)
        self.window.show_form_menu(self.menu)
        self.autosave = DraftAutosave(self.context, self.composer)
        self.recent_media = RecentMediaController(self.context)
        self.appearance = Appearance(self.context)
        settings.prices_changed.connect(self.prices.look)
        self.window.library.sort_requested.connect(settings.set_sort_order)
        self.window.library.grid.selection.changed.connect(self.window.status.show_selection)
        self.jobs.counted.connect(self.window.status.show_clips)

    async def open(self) -> None:
        """Restore what an earlier run left on disk."""
        if self.context.settings.problem:
            self.show_error(self.context.settings.problem)
        await self.autosave.restore()
        await self.recent_media.restore()

    def post(self, sentence: str) -> None:
        self.context.post(sentence)

    def show_error(self, sentence: str) -> None:
        self.context.show_error(sentence)

    def close(self) -> None:
        """For good: nothing is painted or decoded any more."""
        self.window.library.shut()
        self.jobs.close()
        self.window.close_for_good()
