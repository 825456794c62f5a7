"""What is there of the app from its first paint on: the window, the form as it was left, the looks that were chosen."""

from kling_desktop.controllers.composer.autosave import DraftAutosave
from kling_desktop.controllers.composer.composer import ComposerController
from kling_desktop.controllers.composer.recent_media import RecentMediaController
from kling_desktop.controllers.jobs.queue_view import QueueController
from kling_desktop.controllers.library.library_view import LibraryController
from kling_desktop.controllers.settings.settings import UserSettings
from kling_desktop.controllers.spending.prices import PriceController
from kling_desktop.services.composer.composer import Composer
from kling_desktop.store.composer.drafts import DraftFile
from kling_desktop.store.composer.recent_media import RecentsFile
from kling_desktop.store.folders import Folders
from kling_desktop.store.settings import SettingsFile
from kling_desktop.ui.library.panel import LibraryPanel
from kling_desktop.ui.presets.shortcuts import PresetShortcuts
from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.shell.form_menu import FormMenu
from kling_desktop.ui.shell.main_window import MainWindow
from kling_desktop.ui.theme import Theme, Tone
from kling_desktop.ui.widgets import Message

CONNECTING = "Connecting…"


class AppShell:
    """The window before there is anything to work with. What works behind it is in WindowControllers.

    A start waits for every module that is imported here, however indirectly; tests/benchmarks counts them.
    """

    def __init__(self, theme: Theme, folders: Folders) -> None:
        self.theme = theme
        self.folders = folders
        self.composer = Composer(obstacle=CONNECTING)
        self.tasks = Tasks(self.complain)
        self.jobs = LibraryController(theme.tokens, self.tasks)
        self.queue = QueueController(theme, self.tasks)
        self.prices = PriceController(self.jobs)
        self.form = ComposerController(
            theme, self.composer, self.tasks, folders.media, self.jobs, self.prices, self.tell
        )
        self.window = MainWindow(theme, self.form.panel, LibraryPanel(theme, self.jobs.model), self.queue.below)
        self.queue.show_in(self.window)
        self.prices.show_in(self.window)
        self.preset_keys = PresetShortcuts(self.window)
        self.menu = FormMenu(self.window, self.composer)
        self.window.show_form_menu(self.menu)
        draft = DraftFile(folders.drafts / "draft.json")
        self.autosave = DraftAutosave(self.composer, self.form.panel, draft, self.tasks, self.complain, self.window)
        self.recents = RecentMediaController(self.form.panel.recents, RecentsFile(folders.recents), self.tasks)
        self.settings = UserSettings(theme, self.window, SettingsFile(folders.settings), folders.clips, self.tasks)
        self.settings.money_changed.connect(self.prices.look)
        self.window.library.sort_requested.connect(self.settings.use_order)
        self.window.library.grid.selection.changed.connect(self.window.status.show_selection)
        self.jobs.counted.connect(self.window.status.show_clips)

    async def open(self) -> None:
        """Bring back what is on disk of an earlier run."""
        if self.settings.trouble:
            self.complain(self.settings.trouble)
        await self.autosave.restore()
        await self.recents.restore()

    def tell(self, sentence: str) -> None:
        """Say something worth knowing, for a while."""
        self.window.messages.post(Message(sentence, Tone.ACCENT))

    def complain(self, sentence: str) -> None:
        """Tell of something that went wrong, until the user closes the message."""
        self.window.messages.post(Message(sentence, Tone.BAD, seconds=0))

    def close(self) -> None:
        """For good: nothing is painted or decoded any more."""
        self.window.library.shut()
        self.jobs.close()
        self.window.close_for_good()
