"""Makes sure that a file is still the clip that the app saved; anything else is inspected in isolation first."""

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
    """Return `work`, which opens these files, to run after each of them was verified. Without `verify`, as it is."""

    def work_on_verified(*given: P.args, **named: P.kwargs) -> T:
        if verify:
            for file in files:
                verify(file)
        return work(*given, **named)

    return work_on_verified


class FileVerifier:
    """Verifies the files of one library. Blocks; call it on the thread that is about to decode a file."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def verify(self, file: Path) -> None:
        """Return at once for a clip with the content that was saved, and inspect any other content in isolation.

        A missing file passes: whoever opens it will report that.

        Raises:
            BadMedia: The content is new and can't be shown.
        """
        known = self._library.get_digest(file)
        try:
            if not known or content_digest(file) == known:
                return
        except OSError:
            return
        inspect_video(file)
