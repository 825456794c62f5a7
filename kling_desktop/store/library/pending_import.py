"""The import from the account that is to go on until it is done, over a restart."""

import json
import logging
from dataclasses import dataclass
from pathlib import Path

from kling_desktop.atomic_file import write_atomic

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PendingAccountImport:
    """Of which account, and whether videos of all sizes are wanted."""

    service: str
    profile: str
    all_sizes: bool


class PendingImportFile:
    """Blocking. One that can't be kept is no trouble: the user asks again, and what came by then is known."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> PendingAccountImport | None:
        try:
            told = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError, RecursionError) as error:
            log.info("the import that was wanted can't be read: %s", error)
            return None
        match told:
            case {"service": str(service), "profile": str(profile), "everything": bool(everything)}:
                return PendingAccountImport(service, profile, everything)
        return None

    def save(self, wish: PendingAccountImport) -> None:
        told = {"service": wish.service, "profile": wish.profile, "everything": wish.all_sizes}
        try:
            write_atomic(self._path, json.dumps(told) + "\n")
        except OSError as error:
            log.info("the import that is wanted can't be kept: %s", error)

    def clear(self) -> None:
        """It is done, or not wanted any more."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            log.info("the import that was wanted can't be forgotten: %s", error)
