"""The window as it is first painted: the form as it was left, the library and the queue without jobs."""

import time

from kling_desktop.controllers.composer.autosave import DraftAutosave, RecentMediaAutosave
from kling_desktop.controllers.composer.web_fetch import WebFetcher
from kling_desktop.controllers.context import CONNECTING, AppContext
from kling_desktop.controllers.settings.appearance import Appearance
from kling_desktop.controllers.user_settings import UserSettings
from kling_desktop.services.composer.composer import Composer
from kling_desktop.store.folders import Folders
from kling_desktop.store.settings import SettingsFile
from kling_desktop.ui.composer.panel import ComposerPanel
from kling_desktop.ui.library.cards.poster_cache import PosterCache
from kling_desktop.ui.library.model.library_model import LibraryModel
from kling_desktop.ui.library.panel import LibraryPanel
from kling_desktop.ui.messages.message_history import MessageHistory
from kling_desktop.ui.presets.preset_bar import PresetBar
from kling_desktop.ui.presets.shortcuts import PresetShortcuts
from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.queue.panel import QueuePanel
from kling_desktop.ui.queue.queue_model import QueueModel
from kling_desktop.ui.shell.bottom_pane import BottomPane
from kling_desktop.ui.shell.form_menu import FormMenu
from kling_desktop.ui.shell.main_window import MainWindow
from kling_desktop.ui.theme import Theme


class AppShell:
    """What works behind the window is in WindowControllers.

    A start waits for every module that is imported here, however indirectly; tests/benchmarks counts them.
    """

    def __init__(self, theme: Theme, folders: Folders) -> None:
        self.composer = Composer(send_blocker=CONNECTING)
        tasks = Tasks(self.show_error, self.show_fault)
        self.posters = PosterCache(theme.tokens)
        self.library_model = LibraryModel(self.posters, time.time)
        self.queue_model = QueueModel(time.time)
        self.message_history = MessageHistory(time.time)
        panel = ComposerPanel(theme, self.composer, folders.media, fetch=WebFetcher(tasks).begin)
        self.preset_bar = PresetBar(theme)
        panel.show_above(self.preset_bar)
        below = BottomPane(theme, QueuePanel(theme, self.queue_model), self.message_history)
        self.window = MainWindow(theme, panel, LibraryPanel(theme, self.library_model), below)
        self.preset_bar.preset_changed.connect(self.window.show_preset_name)
        for owned in (self.posters, self.library_model, self.queue_model, self.message_history):
            owned.setParent(self.window)
        settings = UserSettings(SettingsFile(folders.settings), folders.clips, tasks)
        self.context = AppContext(theme, self.window, tasks, folders, settings)
        self.preset_keys = PresetShortcuts(self.window)
        self.menu = FormMenu(self.window, self.composer)
        self.window.show_form_menu(self.menu)
        self.autosave = DraftAutosave(self.context, self.composer)
        self.recent_media = RecentMediaAutosave(self.context)
        self.appearance = Appearance(self.context)
        self.window.messages.posted.connect(self.message_history.add)
        self.window.library.sort_requested.connect(settings.set_sort_order)
        self.window.library.grid.selection.changed.connect(self.window.status.show_selection)
        self.window.status.show_jobs(())
        self.window.status.today.show_spent("", "", passed=False)

    async def open(self) -> None:
        """Restore what an earlier run left on disk."""
        if self.context.settings.problem:
            self.show_error(self.context.settings.problem)
        await self.autosave.restore()
        await self.recent_media.restore()

    def show_error(self, sentence: str) -> None:
        self.context.show_error(sentence)

    def show_fault(self) -> None:
        self.context.show_fault()

    def clear_library(self) -> None:
        """No account is connected: show nobody's clips."""
        self.library_model.clear()
        self.window.status.show_clips(0)

    def close(self) -> None:
        """For good: nothing is painted or decoded any more."""
        self.window.library.shut()
        self.posters.close()
        self.window.close_for_good()
