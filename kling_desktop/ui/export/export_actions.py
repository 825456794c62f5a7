"""What can be done to hand clips on, in the words of menus and buttons."""

from dataclasses import dataclass
from enum import StrEnum


class Deed(StrEnum):
    COPY_FILE = "copy_file"
    COPY_FRAME = "copy_frame"
    EXPORT = "export"
    JOIN = "join"
    CONTACT_SHEET = "contact_sheet"
    ANIMATE = "animate"
    SHOW_IN_FOLDER = "show_in_folder"
    COPY_ID = "copy_id"
    COPY_URL = "copy_url"
    COPY_CURL = "copy_curl"


@dataclass(frozen=True, slots=True)
class Offer:
    """words for one clip; of_several for more, with {n} for how many, empty where it is for one alone. key: its own."""

    deed: Deed
    words: str
    of_several: str = ""
    key: str = ""
    tip: str = ""


OFFERS = (
    Offer(
        Deed.COPY_FILE, "Copy file", "Copy {n} files", "Ctrl+C", "Copy the file, to paste it into a folder or a chat"
    ),
    Offer(
        Deed.EXPORT, "Export…", "Export {n}…", tip="A copy under a name by your template, in a folder of your choice"
    ),
    Offer(Deed.JOIN, "", "Join {n} clips…"),
    Offer(Deed.CONTACT_SHEET, "Contact sheet…", "Contact sheet…", tip="Its frames on one picture"),
    Offer(Deed.ANIMATE, "WebP or GIF…", tip="A moving picture that plays by itself in chats and on pages"),
    Offer(Deed.SHOW_IN_FOLDER, "Show in folder"),
    Offer(Deed.COPY_ID, "Copy ID", tip="The ID by which Leonardo knows the video"),
    Offer(Deed.COPY_URL, "Copy URL", tip="Where Leonardo keeps the video"),
    Offer(Deed.COPY_CURL, "Copy curl", tip="The request as a command, without your key"),
)
FRAME = Offer(Deed.COPY_FRAME, "Copy frame", key="Ctrl+Shift+C", tip="The frame on the screen as a picture")


def for_one() -> tuple[Offer, ...]:
    return tuple(offer for offer in OFFERS if offer.words)


def for_several() -> tuple[Offer, ...]:
    return tuple(offer for offer in OFFERS if offer.of_several)
