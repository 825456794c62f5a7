"""The report that helps to find out what is wrong on this computer, without anything secret."""

import asyncio
import getpass
from collections.abc import Mapping
from pathlib import Path

from kling_desktop.controllers.context import AppContext
from kling_desktop.domain.privacy import hide_private
from kling_desktop.store.diagnostics.system_facts import read_facts, read_last_errors
from kling_desktop.store.folders import Folders
from kling_desktop.ui.qt.facts import qt_facts

_MAX_CRASH = 20_000


async def read_report(context: AppContext, crash: Path | None = None) -> str:
    """Return the report as text to read and to copy.

    Args:
        context: The window's.
        crash: The report of a crash to put into it.
    """
    facts = qt_facts()
    return await asyncio.to_thread(_compose, context.folders, context.settings.clips_folder, facts, crash)


def _compose(folders: Folders, clips: Path, qt: Mapping[str, str], crash: Path | None) -> str:
    facts = {**read_facts(folders, clips), **qt}
    lines = [f"{label}: {value}" for label, value in facts.items()]
    lines += ["", "Last warnings and errors in the log:", *(read_last_errors(folders.log) or ["none"])]
    if crash is not None:
        lines += ["", f"Crash report {crash.name}:", _read(crash)]
    return hide_private("\n".join(lines), str(Path.home()), _user()) + "\n"


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")[:_MAX_CRASH].strip()
    except OSError:
        return "It can't be read."


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
