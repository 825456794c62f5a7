"""One run of the window, from its first paint to its end."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kling_desktop.controllers.shell import AppShell
from kling_desktop.domain.secret import Secret
from kling_desktop.services.composer.composer import Composer
from kling_desktop.store.folders import Folders
from kling_desktop.ui.shell.main_window import MainWindow
from kling_desktop.ui.theme import Theme, Tone
from kling_desktop.ui.widgets import Message

if TYPE_CHECKING:
    from kling_desktop.controllers.window_controllers import WindowControllers
    from kling_desktop.session import Service

FAULT = "Something went wrong in the app. It is noted in the log; what you entered is kept."


class Application:
    """First comes the front, with nothing that the first paint can do without; what works behind it is loaded and made
    then. run() returns when the user has closed the window and all is put away.

    key: one for this run alone, before any in the keyring. leonardo and sandbox_options as Connection's.
    """

    def __init__(
        self,
        theme: Theme,
        folders: Folders,
        *,
        key: Secret | None = None,
        sandbox: bool = False,
        profile: str = "default",
        leonardo: "Service | None" = None,
        sandbox_options: Sequence[str] = (),
    ) -> None:
        self._key = key
        self._sandbox = sandbox
        self._profile = profile
        self._leonardo = leonardo
        self._sandbox_options = sandbox_options
        self._asked: list[Callable[[WindowControllers], None]] | None = []
        self._closing: asyncio.Task[None] | None = None
        self._ended = asyncio.Event()
        self.controllers: WindowControllers | None = None
        self.shell = AppShell(theme, folders)
        for asked in (self.window.top.key_requested, self.window.library.key_requested):
            asked.connect(lambda: self._ask(lambda desks: desks.ask_for_key()))
        self.window.top.settings_requested.connect(lambda: self._ask(lambda desks: desks.ask_for_settings()))
        keys = self.shell.preset_keys
        keys.list_requested.connect(lambda: self._ask(lambda desks: desks.presets.open_list()))
        keys.save_requested.connect(lambda: self._ask(lambda desks: desks.presets.save()))
        keys.save_as_requested.connect(lambda: self._ask(lambda desks: desks.presets.save_as()))
        keys.pinned_requested.connect(lambda number: self._ask(lambda desks: desks.presets.load_pinned(number)))
        self.shell.form.preset.list_requested.connect(
            lambda typed: self._ask(lambda desks: desks.presets.open_list(typed))
        )
        self.window.close_requested.connect(self._close)

    @property
    def window(self) -> MainWindow:
        return self.shell.window

    @property
    def composer(self) -> Composer:
        return self.shell.composer

    async def run(self, files: Sequence[Path] = ()) -> None:
        """Show the window, connect, and return once the user has closed it."""
        self._open(files)
        self.window.show()
        self.shell.context.tasks.spawn(self._start(), "start")
        await self._ended.wait()

    def open_again(self, files: Sequence[Path], place: str = "") -> None:
        """Another start wanted a window: here it is, with what that was to open.

        place: where this one works, if the other was to work elsewhere.
        """
        self.window.come_to_front()
        self._open(files)
        if place:
            sentence = f"This window was open already, {place}. Close it to start in another way."
            self.window.messages.post(Message(sentence, Tone.ACCENT, seconds=0))

    def show_error(self, sentence: str) -> None:
        """Tell of something that went wrong, until the user closes the message."""
        self.shell.show_error(sentence)

    async def _start(self) -> None:
        await asyncio.sleep(0)  # the first paint comes before anything else
        await self.shell.open()
        made_by = await asyncio.to_thread(_load_desks)
        if self._closing:
            return
        desks = self.controllers = made_by(self.shell, self._profile, self._leonardo, self._sandbox_options)
        await desks.open()
        asked, self._asked = self._asked or (), None
        for act in asked:
            act(desks)
        await desks.connect(self._key, sandbox=self._sandbox)

    def _open(self, files: Sequence[Path]) -> None:
        def read(desks: "WindowControllers") -> None:
            for file in files:
                desks.requests.read_file(str(file))

        self._ask(read)

    def _ask(self, act: "Callable[[WindowControllers], None]") -> None:
        """Have it done behind the front: now, or as soon as somebody is there and has read what is kept."""
        if self._asked is not None:
            self._asked.append(act)
        elif self.controllers:
            act(self.controllers)

    def _close(self) -> None:
        if self._closing is None:
            self._closing = asyncio.get_running_loop().create_task(self._shut_down(), name="shut down")

    async def _shut_down(self) -> None:
        """In order: what was typed, what is on its way, what was started, what is seen."""
        front, desks = self.shell, self.controllers
        try:
            front.window.middle.close_clip()
            if desks:
                desks.close_questions()
            front.window.setEnabled(False)
            await front.autosave.save()
            await front.context.tasks.close()
            await front.appearance.close()
            if desks:
                await desks.close()
        finally:
            if desks:
                desks.end()
            front.close()
            self._ended.set()


def _load_desks() -> "type[WindowControllers]":
    """What the first paint does without, half a second of it: on a thread, so that the window answers meanwhile.

    Whatever the desks need is loaded with them; who opens the first clip or the first dialog waits for no module.
    """
    import kling_desktop.ui.viewer.compare  # noqa: F401  # to have it there
    from kling_desktop.controllers.window_controllers import WindowControllers

    return WindowControllers
