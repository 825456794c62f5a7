"""One run of the app with its window, from the first paint to the end."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from kling_desktop.controllers.deferred_calls import DeferredCalls
from kling_desktop.controllers.shell import AppShell
from kling_desktop.domain.secret import Secret
from kling_desktop.services.composer.composer import Composer
from kling_desktop.store.folders import Folders
from kling_desktop.ui.qt.icons import app_icon
from kling_desktop.ui.shell.main_window import MainWindow
from kling_desktop.ui.theme import Theme, Tone
from kling_desktop.ui.widgets import Message

if TYPE_CHECKING:
    from kling_desktop.controllers.window_controllers import WindowControllers
    from kling_desktop.session import Service


IN_SANDBOX = "in the sandbox"


def in_profile(name: str) -> str:
    """Where a window works that isn't in the sandbox."""
    return f"with the profile “{name}”"


class Application:
    """First comes the shell, with nothing that the first paint can do without. What works behind it is loaded then.

    Args:
        key: one for this run alone, before any in the keyring.
        key_problem: why the key for this run can't be used. Then the one in the keyring isn't used in its place.
        profile: by its name; None for the one of the last run.
        leonardo, sandbox_options: as Connection's.
    """

    def __init__(
        self,
        theme: Theme,
        folders: Folders,
        *,
        key: Secret | None = None,
        key_problem: str = "",
        sandbox: bool = False,
        profile: str | None = None,
        leonardo: "Service | None" = None,
        sandbox_options: Sequence[str] = (),
    ) -> None:
        self._key = key
        self._key_problem = key_problem
        self._sandbox = sandbox
        self._profile = profile
        self._leonardo = leonardo
        self._sandbox_options = sandbox_options
        self._opened: DeferredCalls[WindowControllers] = DeferredCalls()
        self._stack = AsyncExitStack()
        self._closing: asyncio.Task[None] | None = None
        self._ended = asyncio.Event()
        self.shell = AppShell(theme, folders)
        call = self._opened.call
        library = self.window.library
        for asked in (self.window.top.account.key_requested, library.key_requested):
            asked.connect(lambda: call(lambda controllers: controllers.ask_for_key()))
        for asked in (self.window.top.account.sandbox_requested, library.sandbox_requested):
            asked.connect(lambda: call(lambda controllers: controllers.enter_sandbox()))
        library.starter_requested.connect(
            lambda preset: call(lambda controllers: controllers.presets.load_starter(preset))
        )
        self.window.top.leave_sandbox_requested.connect(lambda: call(lambda controllers: controllers.leave_sandbox()))
        self.window.top.settings_requested.connect(lambda: call(lambda controllers: controllers.open_settings()))
        keys = self.shell.preset_keys
        keys.list_requested.connect(lambda: call(lambda controllers: controllers.presets.open_list()))
        keys.save_requested.connect(lambda: call(lambda controllers: controllers.presets.save()))
        keys.save_as_requested.connect(lambda: call(lambda controllers: controllers.presets.save_as()))
        keys.pinned_requested.connect(lambda number: call(lambda controllers: controllers.presets.load_pinned(number)))
        self.shell.preset_bar.list_requested.connect(
            lambda typed: call(lambda controllers: controllers.presets.open_list(typed))
        )
        self.window.close_requested.connect(self._close)

    @property
    def controllers(self) -> "WindowControllers | None":
        """What works behind the window, once it does."""
        return self._opened.target

    @property
    def window(self) -> MainWindow:
        return self.shell.window

    @property
    def composer(self) -> Composer:
        return self.shell.composer

    async def run(self, files: Sequence[str | Path] = ()) -> None:
        """Show the window, connect, and return once the user has closed it and everything is put away."""
        self._open(files)
        self.window.show()
        self.shell.context.tasks.spawn(self._start(), "start")
        await self._ended.wait()

    def open_again(self, files: Sequence[str | Path], place: str = "") -> None:
        """Show the window to someone who started the app again, and open what they wanted opened.

        place: where the other start was to work; "" for anywhere.
        """
        self.window.come_to_front()
        self._open(files)
        if place and self.controllers and place not in (places := self._places(self.controllers)):
            sentence = f"This window is open {places[0]}. Switch at the top right to work elsewhere."
            self.window.messages.post(Message(sentence, Tone.ACCENT, seconds=0))

    def _places(self, controllers: "WindowControllers") -> Sequence[str]:
        """Where the window works, in all the words that the user may have for it."""
        if controllers.connection.in_sandbox:
            return [IN_SANDBOX]
        profile = controllers.connection.profile
        return [in_profile(controllers.profiles.names[profile]), in_profile(profile)]

    def show_error(self, sentence: str) -> None:
        """Show what went wrong until the user closes the message."""
        self.shell.show_error(sentence)

    def show_fault(self) -> None:
        """Say that the app itself is at fault."""
        self.shell.show_fault()

    def show_crash(self, report: Path) -> None:
        """Say that an earlier run has crashed, and offer what it left."""
        said = "Kling Desktop crashed last time. A report is on this computer; it hasn't been sent to anyone."
        call = self._opened.call
        self.shell.context.messages.post(
            Message(
                said,
                Tone.ACCENT,
                "Show the report",
                lambda: call(lambda controllers: controllers.about.open_diagnostics(report)),
                seconds=0,
            )
        )

    def show_notice(self, sentence: str) -> None:
        """Show something worth knowing until the user closes the message."""
        self.shell.context.messages.post(Message(sentence, Tone.ACCENT, seconds=0))

    async def _start(self) -> None:
        await asyncio.sleep(0)  # the first paint comes before anything else
        QApplication.setWindowIcon(app_icon())
        self.shell.appearance.follow_desktop()
        await self.shell.open()
        build = await asyncio.to_thread(_load_controllers)
        if self._closing:
            return
        controllers = build(self.shell, self._profile, self._key, self._leonardo, self._sandbox_options)
        self._stack.push_async_callback(controllers.close)
        await controllers.open()
        self._opened.resolve(controllers)
        await controllers.connect(sandbox=self._sandbox, key_problem=self._key_problem)

    def _open(self, files: Sequence[str | Path]) -> None:
        def read(controllers: "WindowControllers") -> None:
            controllers.files.open([str(file) for file in files])

        self._opened.call(read)

    def _close(self) -> None:
        if self._closing is None:
            self._closing = asyncio.get_running_loop().create_task(self._shut_down(), name="shut down")

    async def _shut_down(self) -> None:
        """In order: what the user typed, what is running, the session, the window."""
        shell = self.shell
        try:
            async with self._stack:
                shell.window.middle.close_clip()
                shell.context.connections.close()
                shell.window.setEnabled(False)
                await shell.autosave.save()
                await shell.context.tasks.close()
                await shell.appearance.close()
        finally:
            shell.close()
            self._ended.set()


def _load_controllers() -> "type[WindowControllers]":
    """Load what the first paint does without, half a second of it: on a thread, so that the window stays responsive.

    Whatever the controllers need is loaded with them; whoever opens the first clip or dialog waits for no module.
    """
    import kling_desktop.ui.composer.slots.slot_menu  # to have them there
    import kling_desktop.ui.library.notes_popup
    import kling_desktop.ui.search.filter_popup
    import kling_desktop.ui.viewer.compare  # noqa: F401
    from kling_desktop.controllers.window_controllers import WindowControllers

    return WindowControllers
