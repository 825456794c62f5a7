"""Is this file still the clip that the app kept? Another one is looked at apart before anything here opens it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ParamSpec, TypeVar

from kling_desktop.media.metadata.digest import content_digest
from kling_desktop.media.video_inspector import inspect_video
from kling_desktop.services.library.library import Library

P = ParamSpec("P")
T = TypeVar("T")
Verify = Callable[[Path], None]


def verified(verify: Verify | None, files: Sequence[Path], work: Callable[P, T]) -> Callable[P, T]:
    """The same work, which opens these files, once each is known to be harmless; nothing to prove by: as it is."""

    def work_on_proven(*given: P.args, **named: P.kwargs) -> T:
        if verify:
            for file in files:
                verify(file)
        return work(*given, **named)

    return work_on_proven


class FileVerifier:
    """Of one library's files; blocking, for the thread that is about to decode one."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def verify(self, file: Path) -> None:
        """Return at once for a clip whose content is the one that was kept; BadMedia when another content, looked at
        in a process of its own, can't be shown. One that isn't there is left for its opener to tell.
        """
        known = self._library.get_digest(file)
        try:
            if not known or content_digest(file) == known:
                return
        except OSError:
            return
        inspect_video(file)
