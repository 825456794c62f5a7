"""Downloads images that are given as web addresses, beside the window."""

from collections.abc import Callable

from kling_desktop.domain.errors import KlingError
from kling_desktop.ui.qt.tasks import Tasks

Done = Callable[[bytes | str], None]


class WebFetcher:
    """What comes isn't trusted: only what starts as an image does is downloaded to its end."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks

    def begin(self, address: str, name: str, done: Done) -> Callable[[], None]:
        """Download it, then call `done` with its bytes, or with the reason why that's not possible.

        Returns a function that cancels the download; `done` isn't called then.
        """
        task = self._tasks.begin(_fetch(address, name, done), f"fetch {name}")

        def cancel() -> None:
            if task:
                task.cancel()

        return cancel


async def _fetch(address: str, name: str, done: Done) -> None:
    # Imported for the first download, not for the start of the app: HTTP and image formats.
    from kling_desktop.api.web_fetch import fetch
    from kling_desktop.media.errors import BadMedia
    from kling_desktop.media.file_signatures import WEB_PAGE
    from kling_desktop.media.file_type import detect_type
    from kling_desktop.media.image.validation import MAX_BYTES, check_type

    def look(head: bytes) -> None:
        kind = detect_type(head)
        if kind is WEB_PAGE:
            raise BadMedia(f"“{name}” is a web page.", "Drag the image itself, or copy its own address.")
        check_type(kind, name)

    try:
        content = await fetch(address, MAX_BYTES, look)
    except KlingError as error:
        done(str(error))
    else:
        done(content)
