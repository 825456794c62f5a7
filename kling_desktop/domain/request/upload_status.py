"""How far an image of the form has got on its way to the service."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class UploadStatus:
    """One image's upload.

    Attributes:
        percent: Of its bytes sent; None while that isn't known.
        is_done: The service has it.
        image_id: Its ID at the service, once that has it.
        error: Why it failed, for people. It is tried again when the user asks for it, or with Generate.
    """

    percent: int | None = None
    is_done: bool = False
    error: str = ""
    image_id: str = field(default="", compare=False)
