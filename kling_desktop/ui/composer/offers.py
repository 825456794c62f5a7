"""What is in the data that somebody drops or pastes?"""

import json
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QUrl
from PySide6.QtGui import QImage, QImageWriter

from kling_desktop.domain.draft import GENERATED, UPLOADED, LocalImage, Media, StoredMedia
from kling_desktop.domain.ids import NotAnId, read_image_id
from kling_desktop.domain.model import Slot

from .places import Place

CLIP_MIME = "application/x-kling-clip"
"""A clip of the list, as JSON: job, generation, image, file, width, height, seconds."""

SLOT_MIME = "application/x-kling-slot"
"""What is lifted out of a slot, as JSON: form (whose), slot, at."""

_ENCODED = ("image/png", "image/jpeg", "image/webp")


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip of the list; None when the service has told no ID for its video yet."""

    video: StoredMedia | None


@dataclass(frozen=True, slots=True)
class Lifted:
    """What lies at another place of the form."""

    place: Place


@dataclass(frozen=True, slots=True)
class Files:
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """Text that should hold an ID."""

    text: str


@dataclass(frozen=True, slots=True, eq=False)
class RawImage:
    """A picture without a file, from a browser or the clipboard: encoded, or else as pixels."""

    encoded: bytes
    pixels: QImage

    def as_bytes(self) -> bytes:
        """The picture as the bytes of a file. Takes a while for a large one: not for the UI thread."""
        if self.encoded:
            return self.encoded
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        QImageWriter(buffer, QByteArray(b"png")).write(self.pixels)
        return bytes(buffer.data().data())


Offer = Clip | Lifted | Files | Words | RawImage


def lifted_mime(place: Place, media: Media, form: str) -> QMimeData:
    """What goes with the pointer when `place` is dragged; other programs get the file, or the ID."""
    mime = QMimeData()
    mime.setData(SLOT_MIME, json.dumps({"form": form, "slot": place.slot.value, "at": place.at}).encode())
    match media:
        case LocalImage():
            mime.setUrls([QUrl.fromLocalFile(media.file)])
        case StoredMedia():
            mime.setText(media.id)
    return mime


def read_offer(mime: QMimeData, form: str) -> Offer | None:
    """The most telling thing in `mime`; None when there is nothing of use. Pictures are not decoded here.

    What was lifted out of a slot counts as such in the same `form` alone; another window takes its file or ID.
    """
    if (lifted := _lifted(bytes(mime.data(SLOT_MIME).data()), form)) is not None:
        return lifted
    if mime.hasFormat(CLIP_MIME):
        return _clip(bytes(mime.data(CLIP_MIME).data()))
    if paths := tuple(Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()):
        return Files(paths)
    words = mime.text().strip()
    # Browsers hand over a picture's address beside the picture; an address that holds an ID saves the upload.
    if words and (not mime.hasImage() or _holds_an_id(words)):
        return Words(words)
    if mime.hasImage():
        encoded = next((bytes(mime.data(kind).data()) for kind in _ENCODED if mime.hasFormat(kind)), b"")
        return RawImage(encoded, QImage() if encoded else QImage(mime.imageData()))
    return None


def likely_kind(text: str) -> str:
    """UPLOADED or GENERATED, whichever an ID in this text most likely is: addresses of results say so."""
    return GENERATED if "/generations/" in text.lower() else UPLOADED


def _holds_an_id(text: str) -> bool:
    try:
        read_image_id(text)
    except NotAnId:
        return False
    return True


def _lifted(data: bytes, form: str) -> Lifted | None:
    try:
        told = json.loads(data)
        return Lifted(Place(Slot(told["slot"]), int(told["at"]))) if told["form"] == form else None
    except (ValueError, KeyError, TypeError):
        return None


def _clip(data: bytes) -> Clip | None:
    try:
        told = json.loads(data)
        image = str(told["image"] or "")
        if not image:
            return Clip(None)
        return Clip(StoredMedia(image, GENERATED, told.get("width"), told.get("height"), told.get("seconds")))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
