"""The folders and files of the app on this machine."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import platformdirs

APP = "kling-desktop"
_MOUNT_PLACES = ((Path("/media"), 2), (Path("/run/media"), 2), (Path("/mnt"), 1), (Path("/Volumes"), 1))
"""Where systems mount drives, and how many folders further down each has its own."""


@dataclass(frozen=True, slots=True)
class Folders:
    """The app's own folders, private to the user, and `clips`, the default folder for finished clips."""

    data: Path
    config: Path
    cache: Path
    logs: Path
    clips: Path

    @classmethod
    def for_user(cls) -> Self:
        """Where the system wants them."""
        return cls(
            data=platformdirs.user_data_path(APP, appauthor=False),
            config=platformdirs.user_config_path(APP, appauthor=False),
            cache=platformdirs.user_cache_path(APP, appauthor=False),
            logs=platformdirs.user_log_path(APP, appauthor=False),
            clips=platformdirs.user_videos_path() / "Kling Desktop",
        )

    @classmethod
    def at(cls, path: Path | None) -> Self:
        """Below the folder that the user has named, or where the system wants them."""
        return cls.for_user() if path is None else cls.under(path.expanduser().absolute())

    @classmethod
    def under(cls, path: Path) -> Self:
        """All of them below one folder."""
        return cls(path / "data", path / "config", path / "cache", path / "logs", path / "clips")

    @property
    def database(self) -> Path:
        return self.data / "kling.db"

    @property
    def job_journal(self) -> Path:
        """A second note of each change of a job, should the database lose some."""
        return self.data / "kling.journal.jsonl"

    @property
    def drafts(self) -> Path:
        return self.data / "drafts"

    @property
    def recent_media(self) -> Path:
        """Images that were recently used in the form."""
        return self.data / "recents.json"

    @property
    def pending_import(self) -> Path:
        """The unfinished import from the account."""
        return self.data / "import.json"

    @property
    def partial_files(self) -> Path:
        """Where files are being written for the user right now."""
        return self.data / "half done.json"

    @property
    def media(self) -> Path:
        """The app's copies of imported images."""
        return self.data / "media"

    @property
    def posters(self) -> Path:
        return self.data / "posters"

    @property
    def process_locks(self) -> Path:
        """The locks of running processes."""
        return self.data / "owners"

    @property
    def sandbox(self) -> Path:
        """What the sandbox stores."""
        return self.data / "sandbox"

    @property
    def staged_backup(self) -> Path:
        """A back-up that was unpacked, until the next start puts it into place."""
        return self.data / "to restore"

    @property
    def log(self) -> Path:
        """The log of the window; older parts of it are beside it."""
        return self.logs / "kling-desktop.log"

    @property
    def settings(self) -> Path:
        return self.config / "settings.json"

    @property
    def profiles(self) -> Path:
        """The names of the profiles."""
        return self.config / "profiles.json"

    @property
    def presets(self) -> Path:
        return self.config / "presets"

    @property
    def snippets(self) -> Path:
        return self.config / "snippets.json"

    @property
    def saved_searches(self) -> Path:
        """The saved searches."""
        return self.config / "searches.json"

    @property
    def preset_index(self) -> Path:
        """The order and the pins of the presets."""
        return self.config / "presets.json"

    def ensure(self) -> None:
        """Create the app's folders, without access for other users: they contain prompts and images.

        Jobs need the data folder alone. Where the others can't be written, settings, thumbnails or the log aren't kept.

        Raises:
            OSError: The data folder, or one in it, can't be used.
        """
        for folder in (self.data, self.drafts, self.media, self.posters, self.process_locks, self.sandbox):
            folder.mkdir(parents=True, exist_ok=True)
        for folder in (self.config, self.cache, self.logs):
            with suppress(OSError):
                folder.mkdir(parents=True, exist_ok=True)
        for folder in (self.data, self.config, self.cache, self.logs):
            with suppress(OSError):  # a disk that knows no permissions, or one that is read-only
                folder.chmod(0o700)


def drive_of(folder: Path) -> Path | None:
    """Return where the removable drive or network share of a folder is, or would be, mounted; None for other disks."""
    for place, depth in _MOUNT_PLACES:
        if place in folder.parents and len(folder.parts) >= len(place.parts) + depth:
            return Path(*folder.parts[: len(place.parts) + depth])
    return None


def nearest_folder(folder: Path) -> Path:
    """Return the folder, or its nearest parent that exists."""
    return next((one for one in (folder, *folder.parents) if one.is_dir()), Path.home())


def clips_folder(folder: Path, *, sandbox: bool) -> Path:
    """Return the folder for clips. Those of the sandbox are kept apart from paid ones."""
    return folder / "Sandbox" if sandbox else folder
