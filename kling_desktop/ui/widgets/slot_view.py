"""What a media slot shows: only values."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtGui import QImage


class SlotState(StrEnum):
    """The state of a slot."""

    EMPTY = "empty"
    BUSY = "busy"
    UPLOADING = "uploading"
    FILLED = "filled"
    SHUT = "shut"
    PARKED = "parked"
    PROBLEM = "problem"
    ID_ONLY = "id only"


@dataclass(frozen=True, slots=True)
class DropAnswer:
    """What a slot answers to something dragged or pasted: what will happen, or why not; `short` where space is
    scarce.
    """

    accepted: bool
    sentence: str
    short: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class SlotView:
    """A slot at one moment.

    `text`: the hint when empty, the reason when shut, what is going on when busy, the shortened id when only that is
    known, what is wrong with it when there is a problem. `caption` (bottom left, such as "1920 × 1080") and `tag`
    (bottom right, such as "UPLOADED") stand on the picture; `badge` (top left, such as "1") is how the prompt calls
    it. `percent` is of the bytes sent; None while that isn't known. `picture` is best a thumbnail: it is scaled on the
    UI thread. `whole`: all of it is shown, instead of as much as fills the slot. `quiet`: the reason why it is shut
    stands beside it already, so an icon is enough. `refused`: what was given to it lately was not taken. `proven`: the
    service has confirmed what the tag says.
    """

    state: SlotState
    text: str = ""
    picture: QImage | None = None
    caption: str = ""
    tag: str = ""
    badge: str = ""
    percent: int | None = None
    removable: bool = False
    whole: bool = False
    quiet: bool = False
    refused: bool = False
    proven: bool = False
