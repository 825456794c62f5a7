"""What is said about a file that can't be used."""

from kling_desktop.domain.errors import UserError


class BadMedia(UserError):
    """A picture or video file that can't be used as what it was given for.

    `str()` of it is for people: what the file is, then what to do about it.
    """


class OperationCancelled(Exception):
    """The caller no longer wants what it asked for."""
