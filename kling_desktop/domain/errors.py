"""The ways in which a request to the service can fail, and errors in what the user provides.

Unreachable, Unanswered and RequestRefused are about one request, not about the job it belongs to.
"""

import errno
from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from kling_desktop.domain.text import as_sentence


class KlingError(Exception):
    """An error to show to people: `message` says what happened, `hint` what they can do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(f"{as_sentence(message)} {hint}" if hint else message)
        self.message = message
        self.hint = hint


class Unreachable(KlingError):
    """Certainly not accepted: the connection never opened, or the service asked to try later. Ask again.

    Attributes:
        retry_after: The seconds that the service asked to wait; None if it didn't say.
    """

    def __init__(self, message: str, hint: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, hint)
        self.retry_after = retry_after


class Unanswered(KlingError):
    """Perhaps accepted and charged: look before asking again."""


class RefusalReason(Enum):
    """Why the service refused a request, as far as that is clear."""

    KEY = "key"
    CREDIT = "credit"
    MODERATION = "moderation"
    MODEL = "model"
    PARAMETER = "parameter"
    MEDIA = "media"
    OTHER = "other"


class RequestRefused(KlingError):
    """Certainly refused: don't ask again with the same request.

    Attributes:
        vendor_message: The service's own words.
    """

    def __init__(
        self, message: str, hint: str = "", *, reason: RefusalReason = RefusalReason.OTHER, vendor_message: str = ""
    ) -> None:
        super().__init__(message, hint)
        self.reason = reason
        self.vendor_message = vendor_message


class UserError(KlingError):
    """A file, a text or a key of the user's can't be used as it is."""


class LimitExceeded(KlingError):
    """A submission would exceed a spending limit. Nothing of it was sent; the user has to confirm it.

    Attributes:
        allowed_takes: Which of its takes, counted from 0, stay within every limit together.
    """

    def __init__(self, message: str, allowed_takes: tuple[int, ...] = ()) -> None:
        super().__init__(message)
        self.allowed_takes = allowed_takes


_REASONS: Mapping[int, str] = MappingProxyType(
    {
        errno.EPERM: "you don't have permission",
        errno.EACCES: "you don't have permission",
        errno.ENOENT: "it doesn't exist",
        errno.ENOTDIR: "a file is where a folder should be",
        errno.EISDIR: "it is a folder",
        errno.EEXIST: "something with this name is already there",
        errno.ENOTEMPTY: "the folder isn't empty",
        errno.ENOSPC: "the disk is full",
        errno.EDQUOT: "your share of the disk is used up",
        errno.EFBIG: "the disk doesn't take a file of this size",
        errno.EROFS: "the disk is read-only",
        errno.EIO: "the disk reports a fault",
        errno.ENODEV: "the disk was removed",
        errno.ENXIO: "the disk was removed",
        errno.ESTALE: "the network drive was disconnected",
        errno.ENOTCONN: "the network drive was disconnected",
        errno.EHOSTDOWN: "the network drive doesn't answer",
        errno.EHOSTUNREACH: "the network drive doesn't answer",
        errno.ETIMEDOUT: "the drive doesn't answer",
        errno.EBUSY: "another program is using it",
        errno.EAGAIN: "another program is using it",
        errno.ETXTBSY: "another program is using it",
        errno.ENAMETOOLONG: "the name is too long",
        errno.EILSEQ: "the disk doesn't take this name",
        errno.EINVAL: "the disk doesn't take this name",
        errno.ELOOP: "its links go round in a circle",
        errno.EXDEV: "it is on another disk",
        errno.EMFILE: "too many files are open",
        errno.ENFILE: "too many files are open",
        errno.ENOMEM: "the computer is short of memory",
        errno.ENOTSUP: "the disk can't do that",
        errno.EOPNOTSUPP: "the disk can't do that",
        errno.ENOSYS: "the disk can't do that",
    }
)


def os_error_reason(error: OSError | ValueError) -> str:
    """Say why the system refused to read or write, to follow a colon: "the disk is full".

    The system's own words never get into a sentence: they are technical, and in the language of the system. A path with
    a null character is a ValueError, so that is accepted as well.
    """
    if isinstance(error, TimeoutError) and error.errno is None:  # a lock of another window
        return "another program is using it"
    if isinstance(error, OSError):
        return _REASONS.get(error.errno or 0, "the system gives no reason")
    return "its name can't be used"


def describe_error(error: KlingError | OSError) -> str:
    """Return the sentence for an error that may be ours or the disk's."""
    if isinstance(error, KlingError):
        return str(error)
    reason = os_error_reason(error)
    if error.filename:
        return f"There's a problem with the disk: {reason} ({error.filename})."
    return f"There's a problem with the disk: {reason}."
