"""The user's profiles: listed in the account's menu, made, renamed and switched there."""

import asyncio
import logging
from collections.abc import Callable

from kling_desktop.controllers.connection.connection import Connection
from kling_desktop.controllers.context import AppContext
from kling_desktop.controllers.dialog_slot import DialogSlot
from kling_desktop.domain.profiles import clean_name, name_problem, with_profile
from kling_desktop.store.profiles import ProfileFile, Profiles
from kling_desktop.ui.settings.profile_dialog import ProfileDialog

log = logging.getLogger(__name__)


class ProfileController:
    """Remembers the present profile for the next start. connect connects with the present one."""

    def __init__(self, context: AppContext, connection: Connection, connect: Callable[[], None]) -> None:
        self._context = context
        self._file = ProfileFile(context.folders.profiles)
        self._names = self._file.read().names
        self._connection = connection
        self._connect = connect
        self._slot = DialogSlot[ProfileDialog](context.connections)
        self._area = context.window.top.account
        self._area.profile_chosen.connect(self.switch)
        self._area.new_profile_requested.connect(lambda: self._ask(rename=False))
        self._area.rename_requested.connect(lambda: self._ask(rename=True))
        if self._file.problem:
            context.show_error(self._file.problem)

    @property
    def names(self) -> dict[str, str]:
        """The names by profile, the present one's included."""
        return with_profile(self._names, self._connection.profile)

    @property
    def name_among_others(self) -> str:
        """The present one's name; "" where there is only one."""
        names = self.names
        return names[self._connection.profile] if len(names) > 1 else ""

    def show(self) -> None:
        """Show which profiles there are and which one is connected."""
        names = sorted(self.names.items(), key=lambda profile: profile[1].casefold())
        self._area.show_profiles(names, self._connection.profile, in_sandbox=self._connection.in_sandbox)

    def switch(self, profile: str) -> None:
        """Connect with that profile's key; ask for one if it has none."""
        if profile == self._connection.profile and not self._connection.in_sandbox:
            return
        names = self.names
        self._connection.profile = profile
        self._save(with_profile(names, profile))
        self._connect()

    def _save(self, names: dict[str, str]) -> None:
        self._names = names
        self.show()
        self._context.tasks.spawn(
            self._write(Profiles(self._connection.profile, names)), "save the profiles", to_the_end=True
        )

    async def _write(self, profiles: Profiles) -> None:
        try:
            await asyncio.to_thread(self._file.write, profiles)
        except OSError as error:
            log.warning("the profiles can't be saved: %s", error)

    def _ask(self, *, rename: bool) -> None:
        profile = self._connection.profile if rename else ""
        dialog = ProfileDialog(self._context.theme, self._context.window, name=self.names.get(profile, ""))
        dialog.name_submitted.connect(lambda text: self._take(dialog, text, profile))
        self._slot.open(dialog)

    def _take(self, dialog: ProfileDialog, text: str, profile: str) -> None:
        """profile: the one that is renamed; "" makes a new one, and switches to it."""
        name = clean_name(text)
        if problem := name_problem(self.names, name, profile):
            dialog.show_problem(problem)
            return
        dialog.accept()
        if profile:
            self._save({**self.names, profile: name})
        else:
            self.switch(name)
