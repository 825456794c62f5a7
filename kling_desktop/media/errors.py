"""Errors about media files."""

from kling_desktop.domain.errors import UserError

_UNPRINTABLE = "\ufffd"
_JOINERS = "\u200c\u200d\u00a0"
"""Invisible, but they shape the letters and emoji around them."""


class BadMedia(UserError):
    """An image or video file that can't be used.

    The message is for the user: what is wrong with the file, then what to do. File names may hold line breaks, or
    characters that turn the direction of the text; they never break the sentence.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(_on_one_line(message), _on_one_line(hint))


class OperationCancelled(Exception):
    """The caller no longer wants what it asked for."""


def _on_one_line(sentence: str) -> str:
    return "".join(one if one.isprintable() or one in _JOINERS else _UNPRINTABLE for one in sentence)
