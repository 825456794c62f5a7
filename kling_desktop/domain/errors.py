"""The ways in which a request to the service can fail, and errors in what the user provides.

Unreachable, Unanswered and RequestRefused are about one request, not about the job it belongs to.
"""

from enum import Enum


class KlingError(Exception):
    """An error to show to people: `message` says what happened, `hint` what they can do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(f"{message} {hint}".strip())
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


def os_error_reason(error: OSError | ValueError) -> str:
    """Why the system refused to read or write, in its own words: "Permission denied".

    A path with a null character is a ValueError, so that is accepted as well.
    """
    reason = error.strerror if isinstance(error, OSError) else None
    return reason or str(error) or "the system gives no reason"
