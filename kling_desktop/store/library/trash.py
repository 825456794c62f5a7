"""Files on their way to the system's bin: kept aside until it is too late to undo, then binned from where they lay."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from kling_desktop.domain.errors import UserError
from kling_desktop.store.files.unique_names import move_to_free_name

ASIDE = ".Kling Desktop deleted"
"""The folder beside the files, on their own volume: keeping one aside and putting it back is a renaming."""
_ADVICE = "The clip stays in the library."
_COMES_BACK = "It comes back to the library at the first start that finds the folder."


def to_system_bin(file: Path) -> None:
    """Blocking. OSError where the system has no bin for that volume, or doesn't let go of the file."""
    from send2trash import send2trash  # for the first file binned to pay, not the start

    send2trash(file)


class Bin:
    """Blocking. name is one of the owner's own for each file kept aside, safe as a file's name; UserError says why a
    file can't be moved. Each step leaves the file in one of its two places, whenever the app ends.
    """

    def __init__(self, throw: Callable[[Path], None] = to_system_bin) -> None:
        self._throw = throw

    def keep_aside(self, file: Path, name: str) -> None:
        """Out of sight, to be put back or binned. A file that is gone already stays so."""
        aside = _aside(file, name)
        self._reach(file, _ADVICE)  # or its folder would be made anew where the drive should be
        try:
            aside.parent.mkdir(parents=True, exist_ok=True)
            try:
                file.replace(aside)
            except FileNotFoundError:
                _clear(aside)
        except OSError as error:
            _clear(aside)
            raise UserError(f"{file.name} can't be moved: {error.strerror or error}.", _ADVICE) from error

    def is_aside(self, file: Path, name: str) -> bool:
        """Whether the file is kept aside."""
        return _aside(file, name).exists()

    def is_in_reach(self, file: Path) -> bool:
        """Whether the folder is there that a file was in: a drive that isn't connected keeps what is on it."""
        return file.parent.is_dir()

    def put_back(self, file: Path, name: str) -> Path:
        """Where it is now: where it was, or beside that where another has taken its place."""
        aside = _aside(file, name)
        if not aside.exists():
            self._reach(file)
            return file
        try:
            place = move_to_free_name(aside, file)
        except OSError as error:
            raise UserError(
                f"{file.name} can't be put back: {error.strerror or error}.", f"It is kept as {aside}."
            ) from error
        _clear(aside)
        return place

    def throw_away(self, file: Path, name: str) -> None:
        """Into the system's bin, which will restore it to where it was. One that can't be binned is put back, or is
        kept aside still where another file has its place by now.
        """
        # Only what was kept aside: whatever lies in its old place by now is another file.
        if not _aside(file, name).exists():
            self._reach(file)
            return
        place = self.put_back(file, name)
        try:
            self._throw(place)
        except OSError as error:
            if place != file:  # or whoever puts it back by its own name would get the other one
                aside = _aside(file, name)
                with suppress(OSError):
                    aside.parent.mkdir(parents=True, exist_ok=True)
                    place.replace(aside)
            reason = error.strerror or str(error)
            raise UserError(f"The system's bin doesn't take {place.name}: {reason}.", _ADVICE) from error

    def _reach(self, file: Path, advice: str = _COMES_BACK) -> None:
        if not self.is_in_reach(file):
            raise UserError(f"{file.name} can't be reached: its folder {file.parent} isn't there.", advice)


def _aside(file: Path, name: str) -> Path:
    return file.parent / ASIDE / name / file.name


def _clear(aside: Path) -> None:
    """Take the folders away once they are empty."""
    for folder in (aside.parent, aside.parent.parent):
        with suppress(OSError):
            folder.rmdir()
