"""The states of a job as types, each with exactly what is known then, and the table of transitions.

waiting → held → uploading → sending → unknown | generating → made → downloading → done
Terminal: done, failed, blocked, refused, cancelled, forgotten.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar

from kling_desktop.domain.errors import RefusalReason


@dataclass(frozen=True, slots=True)
class Waiting:
    """Saved, not sent."""

    name: ClassVar[str] = "waiting"


@dataclass(frozen=True, slots=True)
class Held:
    """Waiting for the time in which the user can undo to pass. `until` is in seconds since the epoch."""

    name: ClassVar[str] = "held"
    until: float


@dataclass(frozen=True, slots=True)
class Uploading:
    """Its images are being uploaded. Nothing has been requested yet."""

    name: ClassVar[str] = "uploading"


@dataclass(frozen=True, slots=True)
class Sending:
    """The request is on its way. It may or may not have been accepted."""

    name: ClassVar[str] = "sending"


@dataclass(frozen=True, slots=True)
class Unknown:
    """No answer came.

    Attributes:
        attempts: How often the account's list was searched for it.
        needs_user: The attempts are used up, so the user has to decide.
        candidates: The generations that could be this job.
    """

    name: ClassVar[str] = "unknown"
    attempts: int = 0
    needs_user: bool = False
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Generating:
    """Accepted by the service. `empty_since` is when it was first seen complete without a usable video."""

    name: ClassVar[str] = "generating"
    generation: str
    empty_since: float | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """The video is at the service. `image` is the ID that edits ask for; `video` and `poster` are URLs."""

    name: ClassVar[str] = "made"
    generation: str
    image: str
    video: str
    poster: str = ""


@dataclass(frozen=True, slots=True)
class Downloading:
    """The video is being downloaded. Fields as in Made."""

    name: ClassVar[str] = "downloading"
    generation: str
    image: str
    video: str
    poster: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """The clip is on disk, complete."""

    name: ClassVar[str] = "done"
    generation: str
    image: str
    file: str
    poster_file: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """The service said FAILED. It refunds such jobs."""

    name: ClassVar[str] = "failed"
    generation: str
    message: str


@dataclass(frozen=True, slots=True)
class Blocked:
    """Complete, but without a usable video, perhaps because moderation held it back."""

    name: ClassVar[str] = "blocked"
    generation: str
    message: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was accepted or charged."""

    name: ClassVar[str] = "refused"
    message: str
    hint: str = ""
    reason: RefusalReason = RefusalReason.OTHER
    vendor_message: str = ""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Cancelled before it was sent."""

    name: ClassVar[str] = "cancelled"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The user gave up on it. `generation` is "" if it wasn't known."""

    name: ClassVar[str] = "forgotten"
    generation: str = ""


JobState = (
    Waiting
    | Held
    | Uploading
    | Sending
    | Unknown
    | Generating
    | Made
    | Downloading
    | Done
    | Failed
    | Blocked
    | Refused
    | Cancelled
    | Forgotten
)
TERMINAL = (Done, Failed, Blocked, Refused, Cancelled, Forgotten)
PENDING = (Waiting, Held, Uploading)


class Event(StrEnum):
    """What moves a job from one state to the next."""

    HOLD = "hold"
    START = "start"
    SEND = "send"
    ACCEPT = "accept"
    POSTPONE = "postpone"
    LOSE_ANSWER = "lose"
    RECHECK = "look"
    MATCH = "find"
    REFUSE = "refuse"
    WAIT = "wait"
    COMPLETE = "make"
    FAIL = "fail"
    BLOCK = "block"
    DOWNLOAD = "download"
    REFRESH_LINKS = "renew"
    FINISH = "finish"
    CANCEL = "cancel"
    FORGET = "forget"
    RESEND = "send_again"


# state, event → state. What isn't here can't happen. The runner follows this table, and the tests walk it.
TRANSITIONS: Mapping[tuple[type, Event], type] = MappingProxyType(
    {
        (Waiting, Event.HOLD): Held,
        (Waiting, Event.START): Uploading,
        (Waiting, Event.CANCEL): Cancelled,
        (Held, Event.START): Uploading,
        (Held, Event.POSTPONE): Waiting,
        (Held, Event.CANCEL): Cancelled,
        (Uploading, Event.SEND): Sending,
        (Uploading, Event.POSTPONE): Waiting,
        (Uploading, Event.REFUSE): Refused,
        (Uploading, Event.CANCEL): Cancelled,
        (Sending, Event.ACCEPT): Generating,
        (Sending, Event.POSTPONE): Waiting,
        (Sending, Event.LOSE_ANSWER): Unknown,
        (Sending, Event.REFUSE): Refused,
        (Unknown, Event.RECHECK): Unknown,
        (Unknown, Event.MATCH): Generating,
        (Unknown, Event.RESEND): Waiting,
        (Unknown, Event.FORGET): Forgotten,
        (Generating, Event.WAIT): Generating,
        (Generating, Event.COMPLETE): Made,
        (Generating, Event.FAIL): Failed,
        (Generating, Event.BLOCK): Blocked,
        (Generating, Event.FORGET): Forgotten,
        (Made, Event.DOWNLOAD): Downloading,
        (Made, Event.FORGET): Forgotten,
        (Downloading, Event.REFRESH_LINKS): Generating,
        (Downloading, Event.FINISH): Done,
        (Downloading, Event.FORGET): Forgotten,
    }
)
