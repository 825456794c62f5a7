"""Pictures that are given as addresses of the web are fetched while the window goes on."""

from collections.abc import Callable

from kling_desktop.domain.errors import KlingError
from kling_desktop.ui.qt.tasks import Tasks

Done = Callable[[bytes | str], None]


class WebFetcher:
    """What comes is looked at, never trusted: only what begins as a picture does is fetched to its end."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks

    def begin(self, address: str, name: str, done: Done) -> Callable[[], None]:
        """Fetch it, then call done with its bytes or with the sentence that says why not. The answer breaks it off, and
        done isn't called then.
        """
        task = self._tasks.begin(_fetch(address, name, done), f"fetch {name}")

        def stop() -> None:
            if task:
                task.cancel()

        return stop


async def _fetch(address: str, name: str, done: Done) -> None:
    # What speaks HTTP and knows pictures is for the first one to pay, not the start.
    from kling_desktop.api.web_fetch import fetch
    from kling_desktop.media.errors import BadMedia
    from kling_desktop.media.file_type import WEB_PAGE, detect_type
    from kling_desktop.media.image.validation import MAX_BYTES, check_type

    def look(head: bytes) -> None:
        kind = detect_type(head)
        if kind is WEB_PAGE:
            raise BadMedia(f"“{name}” is a web page.", "Drag the picture itself, or copy its own address.")
        check_type(kind, name)

    try:
        content = await fetch(address, MAX_BYTES, look)
    except KlingError as error:
        done(str(error))
    else:
        done(content)
