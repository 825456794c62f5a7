"""Errors about media files."""

from kling_desktop.domain.errors import UserError


class BadMedia(UserError):
    """An image or video file that can't be used.

    The message is for the user: what is wrong with the file, then what to do.
    """


class OperationCancelled(Exception):
    """The caller no longer wants what it asked for."""
