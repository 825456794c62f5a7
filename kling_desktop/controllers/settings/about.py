"""Opens the About dialog, with what it reads from the app's files."""

import re
from pathlib import Path

from kling_desktop import __version__
from kling_desktop.controllers.context import AppContext
from kling_desktop.controllers.dialog_slot import DialogSlot
from kling_desktop.controllers.settings.diagnostics import read_report
from kling_desktop.ui.qt.resources import resource
from kling_desktop.ui.shell.about_dialog import AboutDialog

_NO_NEWS = "The list of changes isn't part of this installation."


class AboutController:
    """Reads the files only when someone asks."""

    def __init__(self, context: AppContext) -> None:
        self._context = context
        self._crash: Path | None = None
        self._slot = DialogSlot[AboutDialog](context.connections)

    def open(self) -> None:
        """Open the dialog, unless it is open."""
        if self._slot.is_open:
            return
        folders = self._context.folders
        places = (
            ("Clips", self._context.settings.clips_folder),
            ("Settings and presets", folders.config),
            ("Library and drafts", folders.data),
            ("Logs", folders.logs),
        )
        licences = resource("help/licences.md").read_text(encoding="utf-8")
        window = self._context.window
        dialog = AboutDialog(self._context.theme, window, __version__, latest_news(), licences, places)
        dialog.diagnostics.log_requested.connect(self._context.open_log)
        self._slot.open(dialog)
        self._context.tasks.spawn(self._diagnose(dialog), "read the diagnostics")

    def open_diagnostics(self, crash: Path | None = None) -> None:
        """Open the dialog at its diagnostics, with the report of a crash if there is one."""
        self._crash = crash or self._crash
        self._slot.close()
        self.open()
        if self._slot.dialog is not None:
            self._slot.dialog.show_diagnostics()

    async def _diagnose(self, dialog: AboutDialog) -> None:
        report = await read_report(self._context, self._crash)
        if self._slot.dialog is dialog:
            dialog.diagnostics.show_report(report)


def latest_news() -> str:
    """The newest section of the changelog with something in it, as Markdown."""
    # In a checkout it lies beside the resources; an installation has a copy among them.
    for file in (resource("help/CHANGELOG.md"), resource("").parent / "CHANGELOG.md"):
        if file.is_file():
            return _newest(file)
    return _NO_NEWS


def _newest(file: Path) -> str:
    sections = re.split(r"^## ", file.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    title, _, text = next((one for one in sections if "\n- " in one or "\n\n" in one.strip()), "\n").partition("\n")
    text = re.sub(r"^### (.*)$", r"**\1**", text.strip(), flags=re.MULTILINE)
    return f"**{title}**\n\n{text}" if text else _NO_NEWS
