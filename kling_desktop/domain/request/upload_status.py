"""How far a picture of the form has come on its way to the service."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UploadStatus:
    """percent: of its bytes sent, None while that isn't known. done: the service has it. failed: why it did not
    arrive, for people; it is tried again when the user says so, or with Generate.
    """

    percent: int | None = None
    is_done: bool = False
    error: str = ""
