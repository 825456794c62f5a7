"""The three ways in which asking the service can fail. They speak of the asking, not of the job."""

from enum import Enum


class KlingError(Exception):
    """what happened and advice on what to do, both for people."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(f"{message} {hint}".strip())
        self.message = message
        self.hint = hint


class Unreachable(KlingError):
    """Certainly not accepted: the connection never opened, or the service said "later". Ask again.

    retry_after: seconds the service asked to wait, if it said.
    """

    def __init__(self, message: str, hint: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, hint)
        self.retry_after = retry_after


class Unanswered(KlingError):
    """Perhaps accepted and charged: look before asking again."""


class RefusalReason(Enum):
    """Why the service said no, as far as it can be told."""

    KEY = "key"
    CREDIT = "credit"
    MODERATION = "moderation"
    MODEL = "model"
    PARAMETER = "parameter"
    MEDIA = "media"
    OTHER = "other"


class RequestRefused(KlingError):
    """A clear no: don't ask the same again. said holds the service's own words."""

    def __init__(
        self, message: str, hint: str = "", *, reason: RefusalReason = RefusalReason.OTHER, vendor_message: str = ""
    ) -> None:
        super().__init__(message, hint)
        self.reason = reason
        self.vendor_message = vendor_message


class UserError(KlingError):
    """A file, a text or a key of the user's that can't be used as it is."""


class LimitExceeded(KlingError):
    """An order that would pass a limit the user has set: nothing of it was sent, and it needs their word.

    fits: which of its takes, counted from 0, stay under every limit together.
    """

    def __init__(self, message: str, allowed_takes: tuple[int, ...] = ()) -> None:
        super().__init__(message)
        self.allowed_takes = allowed_takes


def os_error_reason(error: OSError | ValueError) -> str:
    """Why the system refused to read or write, in its own words: "Permission denied".

    A path with a null character is a ValueError, so that is accepted as well.
    """
    reason = error.strerror if isinstance(error, OSError) else None
    return reason or str(error) or "the system gives no reason"
